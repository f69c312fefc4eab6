package dev.holdfast.systemtests.network;

import static org.awaitility.Awaitility.await;

import dev.holdfast.protocol.wire.DescribeNetworkResponse;
import dev.holdfast.s3gateway.runtime.Gateway;
import dev.holdfast.s3gateway.runtime.GatewayConfig;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.runtime.Satellite;
import dev.holdfast.satellite.runtime.SatelliteConfig;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.Uplinks;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import dev.holdfast.uplink.keyslots.MasterKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A running network in this process, with a project in it. Closing it stops and deletes everything.
 */
public final class LocalNetwork implements AutoCloseable {
  private static final String ACCESS_KEY_ID = "HFLOCALNETWORKTEST01";
  private static final String SECRET_ACCESS_KEY = "secretOfTheLocalNetworkForTestsAlone0001";

  /**
   * What a network is made of.
   *
   * @param nodes how many; the scheme follows from it
   * @param nodeCapacityBytes what each lends
   * @param offlineAfter silence after which the satellite believes a node gone
   */
  public record Shape(
      int nodes,
      long nodeCapacityBytes,
      Duration checkInInterval,
      Duration offlineAfter,
      Duration trashHold) {
    public static Shape of(int nodes) {
      return new Shape(
          nodes, 4L << 30, Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofSeconds(1));
    }

    public Shape withNodeCapacity(long bytes) {
      return new Shape(nodes, bytes, checkInInterval, offlineAfter, trashHold);
    }

    public Shape withOfflineAfter(Duration silence) {
      return new Shape(nodes, nodeCapacityBytes, checkInInterval, silence, trashHold);
    }
  }

  private final Path folder;
  private final Shape shape;
  private final ShiftedClock satelliteClock = new ShiftedClock();
  private final ShiftedClock nodeClock = new ShiftedClock();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<LocalNode> nodes = new ArrayList<>();
  private final Satellite satellite;
  private final Operator operator;
  private final AccessGrant grant;
  private final Gateway gateway;
  private final Project project;

  private LocalNetwork(Path folder, Shape shape) throws IOException, InterruptedException {
    this.folder = folder;
    this.shape = shape;
    SecureRandom random = new SecureRandom();
    boolean started = false;
    try {
      satellite =
          opened(
              Satellite.start(
                  SatelliteConfig.of(folder.resolve("satellite"))
                      .withScheme(Optional.of(RedundancyScheme.forNodes(shape.nodes())))
                      .withCheckIns(shape.checkInInterval(), shape.offlineAfter()),
                  satelliteClock));
      operator = opened(new Operator(satellite.peerAddress(), satellite.adminTokenFile()));
      for (int i = 0; i < shape.nodes(); i++) {
        addNode(nodeClock);
      }
      for (LocalNode node : nodes) {
        node.awaitReady();
      }
      MasterKey master = MasterKey.generate(random);
      grant =
          AccessGrant.create(
              satellite.peerAddress(),
              operator.createProject("test", master.recoveryPublicKey()),
              master);
      project = openUplink().openProject(grant);
      gateway = opened(Gateway.start(GatewayConfig.of("127.0.0.1", 0, credentialsFile())));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> describe().getEligibleNodes() == shape.nodes());
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  public static LocalNetwork start(Shape shape) {
    try {
      // The database's user, who is another one when root runs this, must be able to enter.
      Path folder =
          Files.createTempDirectory(
              "holdfast-net",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      return new LocalNetwork(folder, shape);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  /**
   * Starts one more node, invited, on a clock of the caller's choice; does not wait for it to join.
   */
  public LocalNode addNode(InstantSource clock) throws IOException {
    String name = "node-%02d".formatted(nodes.size() + 1);
    Path invitation = folder.resolve(name + ".invitation");
    Files.writeString(invitation, operator.createInvitation(name));
    LocalNode node =
        opened(
            new LocalNode(
                folder.resolve(name),
                satellite.peerAddress(),
                invitation,
                shape.nodeCapacityBytes(),
                shape.trashHold(),
                clock));
    nodes.add(node);
    node.start();
    return node;
  }

  private Path credentialsFile() throws IOException {
    Path file = folder.resolve("s3-credentials.json");
    Files.writeString(
        file,
        """
        {"accessKeyId": "%s", "secretAccessKey": "%s", "accessGrant": "%s"}
        """
            .formatted(ACCESS_KEY_ID, SECRET_ACCESS_KEY, grant.serialize()));
    return file;
  }

  public List<LocalNode> nodes() {
    return List.copyOf(nodes);
  }

  public Operator operator() {
    return operator;
  }

  public DescribeNetworkResponse describe() {
    return operator.describeNetwork();
  }

  /** The clock of the satellite; shift it to make time pass there. */
  public ShiftedClock satelliteClock() {
    return satelliteClock;
  }

  /** The clock that the first nodes share. */
  public ShiftedClock nodeClock() {
    return nodeClock;
  }

  /** Access to the whole project. */
  public AccessGrant grant() {
    return grant;
  }

  /** The project through an uplink that all tests of this network share. */
  public Project project() {
    return project;
  }

  /** An uplink that knows nothing of the nodes yet; closed with the network. */
  public Uplink openUplink() {
    return opened(Uplinks.open(UplinkConfig.DEFAULT));
  }

  /** The project through the gateway; the caller closes it. */
  public S3Client s3() {
    return S3Client.builder()
        .endpointOverride(URI.create(gateway.endpoint()))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(ACCESS_KEY_ID, SECRET_ACCESS_KEY)))
        .forcePathStyle(true)
        .build();
  }

  @Override
  public void close() {
    List<Exception> failures = new ArrayList<>();
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      failures.add(e);
    }
    if (!failures.isEmpty()) {
      IllegalStateException failure = new IllegalStateException("the network did not stop cleanly");
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
