package dev.holdfast.satellite.runtime;

import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.satellite.admin.AdminApiEndpoint;
import dev.holdfast.satellite.admin.AdminToken;
import dev.holdfast.satellite.admin.ProjectOffice;
import dev.holdfast.satellite.admin.SatelliteState;
import dev.holdfast.satellite.audit.AuditWorker;
import dev.holdfast.satellite.audit.ProvenFaults;
import dev.holdfast.satellite.audit.Reconciliation;
import dev.holdfast.satellite.audit.SuspicionBacklog;
import dev.holdfast.satellite.audit.SuspicionQueue;
import dev.holdfast.satellite.chores.Chore;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.deletions.DeletionQueue;
import dev.holdfast.satellite.deletions.DeletionWorker;
import dev.holdfast.satellite.deletions.DurableDeletions;
import dev.holdfast.satellite.metadata.StoredSegments;
import dev.holdfast.satellite.nodeapi.NodeApiEndpoint;
import dev.holdfast.satellite.nodeapi.NodeConnections;
import dev.holdfast.satellite.nodeapi.PieceConfirmation;
import dev.holdfast.satellite.nodes.Invitations;
import dev.holdfast.satellite.nodes.NodeDialer;
import dev.holdfast.satellite.nodes.NodeDirectory;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.NodesConfig;
import dev.holdfast.satellite.nodeselection.NodeSelector;
import dev.holdfast.satellite.nodeselection.SelectableNodes;
import dev.holdfast.satellite.nodeselection.UploadOutcomes;
import dev.holdfast.satellite.orders.LimitForge;
import dev.holdfast.satellite.orders.LimitIssuer;
import dev.holdfast.satellite.orders.OrderKeys;
import dev.holdfast.satellite.orders.OrderLimits;
import dev.holdfast.satellite.orders.OrdersConfig;
import dev.holdfast.satellite.orders.Settlement;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Everything of the satellite that has to do with nodes, wired: registry, selection, limits,
 * deletions, audit, the node's and the operator's services. Build it after the schema is migrated,
 * hand its parts to the metadata side, then {@link #start} and close it before the database.
 * Thread-safe.
 */
public final class NodePlane implements AutoCloseable {

  private static final Duration DELETION_INTERVAL = Duration.ofSeconds(10);
  private static final Duration RECOUNT_INTERVAL = Duration.ofSeconds(20);
  private static final Duration AUDIT_INTERVAL = Duration.ofSeconds(10);

  /** One node is asked at most fifty times a second. */
  private static final Duration AUDIT_PAUSE = Duration.ofMillis(20);

  private static final Duration RECONCILIATION_INTERVAL = Duration.ofMinutes(1);
  private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(60);

  private final SatelliteId satelliteId;
  private final InstantSource clock;
  private final NodeRegistry registry;
  private final NodeSelector selector;
  private final Invitations invitations;
  private final OrderKeys keys;
  private final OrderLimits limits;
  private final Settlement settlement;
  private final DurableDeletions deletions;
  private final SuspicionBacklog suspicions;
  private final ProvenFaults faults;
  private final PieceConfirmation confirmation;
  private final ExecutorService threads;
  private final List<Chore> chores;

  public NodePlane(
      Database database,
      SatelliteSecrets secrets,
      SatelliteId satelliteId,
      NodesConfig config,
      StoredSegments segments,
      NodeDialer dialer,
      InstantSource clock,
      SecureRandom random) {
    this.satelliteId = satelliteId;
    this.clock = clock;
    this.registry = new NodeRegistry(database, config, clock);
    UploadOutcomes outcomes = new UploadOutcomes();
    this.selector = new NodeSelector(registry, outcomes, clock, random);
    this.invitations = new Invitations(database, clock, random);
    this.keys = new OrderKeys(secrets);
    LimitForge forge = new LimitForge(satelliteId, keys, clock, random);
    OrdersConfig ordersConfig = OrdersConfig.of(config.commitWindow(), config.maxClockSkew());
    this.faults = new ProvenFaults(database, registry, clock);
    this.limits =
        new OrderLimits(forge, keys, registry, selector, outcomes, faults, ordersConfig, clock);
    this.settlement = new Settlement(database, forge, ordersConfig, clock);
    this.deletions = new DurableDeletions(clock);
    this.suspicions = new SuspicionBacklog(clock);
    this.confirmation = new PieceConfirmation(database, segments);
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    DeletionWorker deletionWorker =
        new DeletionWorker(database, deletions, registry, dialer, threads);
    AuditWorker auditWorker =
        new AuditWorker(
            database, segments, suspicions, faults, registry, limits, dialer, AUDIT_PAUSE, threads);
    Chore deleting = new Chore("deletions", DELETION_INTERVAL, deletionWorker::runOnce);
    Chore auditing = new Chore("audits", AUDIT_INTERVAL, auditWorker::runOnce);
    deletions.onWork(deleting::nudge);
    suspicions.onWork(auditing::nudge);
    this.chores =
        List.of(
            deleting,
            auditing,
            new Chore("deletion-recount", RECOUNT_INTERVAL, deletionWorker::recount),
            new Chore(
                "reconciliation",
                RECONCILIATION_INTERVAL,
                new Reconciliation(database, segments, registry, dialer, suspicions, clock)
                    ::runOnce),
            new Chore("node-reload", RELOAD_INTERVAL, registry::reload));
  }

  /** Loads what must be known before the first call and starts the background work. */
  public void start() {
    registry.reload();
    faults.load();
    chores.forEach(Chore::start);
  }

  public NodeDirectory directory() {
    return new SelectableNodes(registry, selector);
  }

  public LimitIssuer limits() {
    return limits;
  }

  public DeletionQueue deletions() {
    return deletions;
  }

  public SuspicionQueue suspicions() {
    return suspicions;
  }

  /**
   * The NodeApi, which finds its caller in the connection's handshake; the server must ask for
   * client certificates.
   */
  public ServerServiceDefinition nodeApi() {
    return ServerInterceptors.intercept(
        new NodeApiEndpoint(registry, keys, confirmation, settlement, clock),
        new NodeConnections(clock));
  }

  /** The AdminApi behind its token. */
  public ServerServiceDefinition adminApi(
      AdminToken token, ProjectOffice projects, SatelliteState state) {
    return ServerInterceptors.intercept(
        new AdminApiEndpoint(
            satelliteId, projects, state, invitations, registry, selector, deletions, clock),
        token);
  }

  /** Stops the background work; what was not done stays queued. */
  @Override
  public void close() {
    chores.forEach(Chore::close);
    threads.shutdownNow();
  }
}
