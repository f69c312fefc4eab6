package dev.holdfast.satellite.runtime;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.satellite.admin.AdminToken;
import dev.holdfast.satellite.admin.ProjectOffice;
import dev.holdfast.satellite.admin.SatelliteState;
import dev.holdfast.satellite.apikeys.ApiKeys;
import dev.holdfast.satellite.chores.Chore;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.SatelliteDatabase;
import dev.holdfast.satellite.metadata.ExpiryChore;
import dev.holdfast.satellite.metadata.MetadataStore;
import dev.holdfast.satellite.metadata.ObjectReads;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.metadata.StoredSegmentRows;
import dev.holdfast.satellite.metadata.UsageTotals;
import dev.holdfast.satellite.nodes.NodesConfig;
import dev.holdfast.satellite.nodes.PieceServiceDialer;
import dev.holdfast.satellite.objectapi.ObjectApiService;
import dev.holdfast.satellite.objectapi.ObjectApiSettings;
import dev.holdfast.satellite.objectapi.SchemeChoice;
import dev.holdfast.satellite.projects.Buckets;
import dev.holdfast.satellite.projects.Projects;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running satellite: database, object, node and operator services on one TLS port, chores. Needs
 * no container. Thread-safe.
 */
public final class Satellite implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Satellite.class);
  private static final Duration EXPIRY_INTERVAL = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final int MAX_CALLS_PER_CONNECTION = 256;

  private final SatelliteConfig config;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final SatelliteId id;
  private final SatelliteDatabase database;
  private final Server server;
  private boolean closed;

  /** Starts a satellite by the system's clock. */
  public static Satellite start(SatelliteConfig config) {
    return start(config, InstantSource.system());
  }

  /**
   * Starts a satellite; returns when calls are served.
   *
   * @throws IllegalStateException when it cannot start, saying what to do
   */
  public static Satellite start(SatelliteConfig config, InstantSource clock) {
    return new Satellite(config, clock);
  }

  private Satellite(SatelliteConfig config, InstantSource clock) {
    this.config = config;
    SecureRandom random = new SecureRandom();
    try {
      createFolder(config.directory());
      PeerIdentity identity =
          PeerIdentity.loadOrCreate(
              config.directory().resolve("identity"), PeerRole.SATELLITE, random);
      this.id = identity.satelliteId();
      TlsKey tlsKey = identity.issueTlsKey(clock, random);
      SatelliteSecrets secrets =
          SatelliteSecrets.open(config.directory().resolve("secrets"), random);
      AdminToken adminToken = AdminToken.open(config.directory().resolve("admin-token"), random);
      this.database = opened(SatelliteDatabase.open(config.database(), clock, random));
      PieceServiceDialer dialer =
          opened(new PieceServiceDialer(identity, tlsKey, clock, System::nanoTime));
      NodePlane nodes =
          opened(
              new NodePlane(
                  database.database(),
                  secrets,
                  id,
                  NodesConfig.of(
                      config.checkInInterval(), config.offlineAfter(), config.commitWindow()),
                  new StoredSegmentRows(),
                  dialer,
                  clock,
                  random));
      nodes.start();
      this.server = serve(nodes, secrets, adminToken, identity, tlsKey, clock, random);
      config
          .readyFile()
          .ifPresent(file ->
              ReadyFile.write(
                  file, id.toString(), address(), database.kind(), database.serverPid()));
      LOG.atInfo()
          .addKeyValue("satelliteId", id)
          .addKeyValue("address", address())
          .addKeyValue("database", database.kind())
          .log("satellite serves");
    } catch (IOException e) {
      closeAll();
      throw new UncheckedIOException("the satellite in " + config.directory() + " cannot start", e);
    } catch (RuntimeException e) {
      closeAll();
      throw e;
    }
  }

  /** Who it is, for pinning. */
  public SatelliteId id() {
    return id;
  }

  /** Where peers reach it, host:port. */
  public String address() {
    return config
        .publicAddress()
        .orElseGet(() ->
            (config.listenHost().contains(":")
                    ? "[" + config.listenHost() + "]"
                    : config.listenHost())
                + ":"
                + server.getPort());
  }

  /** Id and address in one. */
  public PeerAddress peerAddress() {
    return PeerAddress.parse(id + "@" + address());
  }

  /** The file with the operator's token. */
  public Path adminTokenFile() {
    return config.directory().resolve("admin-token");
  }

  /** Process id of the embedded database server; 0 when external or down. */
  public long databasePid() {
    return database.serverPid();
  }

  /** Lets running calls end, stops the chores, then the database. */
  @Override
  public void close() {
    config.readyFile().ifPresent(ReadyFile::delete);
    closeAll();
  }

  private Server serve(
      NodePlane nodes,
      SatelliteSecrets secrets,
      AdminToken adminToken,
      PeerIdentity identity,
      TlsKey tlsKey,
      InstantSource clock,
      SecureRandom random)
      throws IOException {
    Database transactions = database.database();
    MetadataStore store =
        new MetadataStore(transactions, nodes.deletions(), clock, random, config.commitWindow());
    Projects projects = new Projects(transactions, clock, random);
    ApiKeys apiKeys = new ApiKeys(secrets, transactions, clock, random);
    SchemeChoice schemes = new SchemeChoice(nodes.directory(), config.scheme().orElse(null));
    ObjectApiService objectApi =
        new ObjectApiService(
            store,
            projects,
            new Buckets(transactions, clock, random),
            apiKeys,
            secrets,
            nodes.suspicions(),
            new ObjectApiSettings(
                nodes.limits(),
                nodes.directory(),
                schemes,
                config.maxInlineBytes(),
                config.commitWindow(),
                clock,
                random));
    ExpiryChore expiry = new ExpiryChore(store);
    opened(
            new Chore(
                "expiry",
                EXPIRY_INTERVAL,
                () -> {
                  ExpiryChore.Report report = expiry.runOnce();
                  if (report.expiredObjects() + report.abandonedAttempts() > 0) {
                    LOG.atInfo()
                        .addKeyValue("expiredObjects", report.expiredObjects())
                        .addKeyValue("abandonedAttempts", report.abandonedAttempts())
                        .log("what has reached its end was removed");
                  }
                }))
        .start();
    ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    open.push(calls::shutdownNow);
    Server started =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(config.listenHost(), config.listenPort()))
            .sslContext(PeerTls.grpcServer(identity, tlsKey))
            .executor(calls)
            .maxInboundMessageSize(PeerTls.MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(PeerTls.MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(objectApi.bound())
            .addService(nodes.nodeApi())
            .addService(
                nodes.adminApi(
                    adminToken,
                    new Office(projects, apiKeys),
                    new State(schemes, database, new ObjectReads(store))))
            .build()
            .start();
    open.push(() -> drain(started));
    return started;
  }

  /** What the operator may ask of projects and keys. */
  private record Office(Projects projects, ApiKeys apiKeys) implements ProjectOffice {
    @Override
    public UUID createProject(String name, Bytes32 recoveryPublicKey) {
      return projects.create(name, recoveryPublicKey).id();
    }

    @Override
    public byte[] createApiKey(UUID projectId) {
      return apiKeys.issue(projects.require(projectId).id()).serialize();
    }
  }

  private record State(SchemeChoice schemes, SatelliteDatabase database, ObjectReads reads)
      implements SatelliteState {
    @Override
    public RedundancyScheme scheme() {
      return schemes.current();
    }

    @Override
    public String databaseKind() {
      return database.kind();
    }

    @Override
    public long databasePid() {
      return database.serverPid();
    }

    @Override
    public UsageTotals usage() {
      return reads.totals();
    }
  }

  private static void drain(Server server) throws InterruptedException {
    server.shutdown();
    if (!server.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
      server.shutdownNow();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  private synchronized void closeAll() {
    if (closed) {
      return;
    }
    closed = true;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("a part of the satellite did not stop cleanly");
      }
    }
  }

  /**
   * Searchable by others, since the database's own account has to reach its folder; not readable.
   */
  private static void createFolder(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }
  }
}
