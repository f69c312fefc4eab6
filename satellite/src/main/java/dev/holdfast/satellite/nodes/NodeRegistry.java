package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All registered nodes, in memory, with the database behind them. Reads never touch the database;
 * joins, faults and changes that matter after a restart are written before they show in memory.
 * Several processes may share the database: {@link #reload} brings in what the others wrote.
 * Thread-safe.
 */
public final class NodeRegistry {

  private final Database database;
  private final NodesConfig config;
  private final InstantSource clock;
  private final ConcurrentMap<NodeId, RegisteredNode> byId = new ConcurrentHashMap<>();
  private final ConcurrentMap<Integer, RegisteredNode> byAlias = new ConcurrentHashMap<>();
  private final ConcurrentMap<Integer, Instant> dueForWriting = new ConcurrentHashMap<>();
  private final Set<Integer> returned = ConcurrentHashMap.newKeySet();
  private final AtomicLong version = new AtomicLong();

  public NodeRegistry(Database database, NodesConfig config, InstantSource clock) {
    this.database = database;
    this.config = config;
    this.clock = clock;
  }

  public NodesConfig config() {
    return config;
  }

  /** Reads all rows; a node that checked in here later than its row says keeps what it said. */
  public void reload() {
    List<RegisteredNode> rows = database.read(NodeRows::all);
    for (RegisteredNode row : rows) {
      put(
          row.id(),
          row,
          (known, loaded) ->
              known.lastCheckIn().isAfter(loaded.lastCheckIn())
                  ? withStanding(known, loaded)
                  : withStanding(loaded, known));
    }
  }

  /** Rises when a node joins, moves, changes its standing or starts or stops accepting uploads. */
  public long version() {
    return version.get();
  }

  /** A live view of all nodes. */
  public Collection<RegisteredNode> nodes() {
    return byId.values();
  }

  public Optional<RegisteredNode> find(NodeId id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Optional<RegisteredNode> find(int alias) {
    return Optional.ofNullable(byAlias.get(alias));
  }

  /** The small number of a node in piece lists. */
  public OptionalInt alias(NodeId id) {
    RegisteredNode node = byId.get(id);
    return node == null ? OptionalInt.empty() : OptionalInt.of(node.alias());
  }

  /** Aliases of nodes that checked in after an absence, each told once. */
  public Set<Integer> takeReturned() {
    Set<Integer> taken = Set.copyOf(returned);
    returned.removeAll(taken);
    return taken;
  }

  /** Whether the node checked in lately; suspended nodes may be reachable too. */
  public boolean isReachable(RegisteredNode node) {
    return node.isReachable(clock.instant(), config.offlineAfter());
  }

  /**
   * Takes a check-in; a node that is not registered joins by its invitation.
   *
   * @param tlsSerial serial of the TLS key that the connection proved
   * @return the node as it stands afterwards
   * @throws HoldfastException clock-skew, invitation-invalid, or peer-not-authorized when the node
   *     is unknown without invitation or shows an older TLS key
   */
  public RegisteredNode checkIn(NodeId id, long tlsSerial, CheckIn checkIn) {
    Instant now = clock.instant();
    Duration skew = Duration.between(now, checkIn.nodeTime());
    if (skew.abs().compareTo(config.maxClockSkew()) > 0) {
      throw new HoldfastException(
          ErrorCode.CLOCK_SKEW,
          "the node's clock is %d ms off the satellite's, at most %d ms are allowed; set the node's clock (for example by NTP)"
              .formatted(skew.toMillis(), config.maxClockSkew().toMillis()));
    }
    RegisteredNode known = byId.get(id);
    if (known == null) {
      return join(id, tlsSerial, checkIn, skew, now);
    }
    requireSerial(known, tlsSerial);
    if (!known.isReachable(now, config.offlineAfter())) {
      returned.add(known.alias());
    }
    RegisteredNode updated = withCheckIn(known, tlsSerial, checkIn, skew, now);
    if (mattersAfterRestart(known, updated)) {
      database.write(
          UnknownOutcome.REPEAT,
          connection -> {
            // Another process may have seen a newer TLS key.
            requireSerial(NodeRows.find(connection, known.alias()).orElseThrow(), tlsSerial);
            NodeRows.updateCheckIn(connection, updated);
            return null;
          });
    }
    return put(
        id,
        updated,
        (current, fresh) ->
            withCheckIn(current, Math.max(current.tlsSerial(), tlsSerial), checkIn, skew, now));
  }

  /**
   * Counts proven faults inside the caller's transaction; {@link #show} makes the result visible
   * after its commit.
   *
   * @param faultsInPeriod those of the node inside the fault period, these included
   * @return the node as it then stands
   */
  public RegisteredNode countFaults(
      Connection connection, int alias, int newFaults, int faultsInPeriod) throws SQLException {
    RegisteredNode row =
        NodeRows.find(connection, alias)
            .orElseThrow(() -> new IllegalArgumentException("no node has the alias " + alias));
    Instant until = row.suspendedUntil();
    String reason = row.suspendedReason();
    if (faultsInPeriod >= config.suspendAfterFaults()) {
      until = clock.instant().plus(config.faultPeriod());
      reason =
          "%d pieces were proven bad or missing in the last %d days (limit %d); takes no uploads until %s unless more follow"
              .formatted(
                  faultsInPeriod,
                  config.faultPeriod().toDays(),
                  config.suspendAfterFaults(),
                  until);
    }
    RegisteredNode counted =
        new RegisteredNode(
            row.alias(),
            row.id(),
            row.operator(),
            row.address(),
            row.softwareVersion(),
            row.tlsSerial(),
            row.acceptsUploads(),
            row.space(),
            row.clockSkew(),
            row.failures() + newFaults,
            until,
            reason,
            row.joined(),
            row.lastCheckIn());
    NodeRows.updateStanding(connection, counted);
    return counted;
  }

  /** Shows a standing that was committed. */
  public void show(RegisteredNode committed) {
    put(committed.id(), committed, NodeRegistry::withStanding);
  }

  private RegisteredNode join(
      NodeId id, long tlsSerial, CheckIn checkIn, Duration skew, Instant now) {
    RegisteredNode joined =
        database.write(
            UnknownOutcome.REPEAT,
            connection -> {
              Optional<RegisteredNode> row = NodeRows.find(connection, id);
              if (row.isPresent()) {
                requireSerial(row.get(), tlsSerial);
                RegisteredNode returned = withCheckIn(row.get(), tlsSerial, checkIn, skew, now);
                NodeRows.updateCheckIn(connection, returned);
                return returned;
              }
              String token = checkIn.invitation();
              if (token == null || token.isBlank()) {
                throw new HoldfastException(
                    ErrorCode.PEER_NOT_AUTHORIZED,
                    "node %s is not registered here; join with an invitation of this satellite"
                        .formatted(id));
              }
              String operator = Invitations.redeem(connection, token, id.bytes(), now);
              RegisteredNode fresh =
                  new RegisteredNode(
                      NodeRows.nextAlias(connection),
                      id,
                      operator,
                      checkIn.address(),
                      checkIn.softwareVersion(),
                      tlsSerial,
                      checkIn.acceptsUploads(),
                      checkIn.space(),
                      skew,
                      0,
                      null,
                      null,
                      now,
                      now);
              NodeRows.insert(connection, fresh);
              return fresh;
            });
    return put(
        id,
        joined,
        (current, _) ->
            withCheckIn(current, Math.max(current.tlsSerial(), tlsSerial), checkIn, skew, now));
  }

  private RegisteredNode put(NodeId id, RegisteredNode fresh, Merge merge) {
    RegisteredNode[] before = new RegisteredNode[1];
    RegisteredNode after =
        byId.compute(
            id,
            (_, known) -> {
              before[0] = known == null ? fresh : known;
              RegisteredNode merged = known == null ? fresh : merge.merge(known, fresh);
              if (known == null) {
                version.incrementAndGet();
              }
              byAlias.put(merged.alias(), merged);
              return merged;
            });
    if (changesSelection(before[0], after)) {
      version.incrementAndGet();
    }
    return after;
  }

  /**
   * Refuses a TLS key that is older than one seen: a stolen key is then worth nothing once the node
   * has a new one.
   *
   * @throws HoldfastException peer-not-authorized
   */
  public void requireSerial(RegisteredNode known, long tlsSerial) {
    if (tlsSerial < known.tlsSerial()) {
      throw new HoldfastException(
          ErrorCode.PEER_NOT_AUTHORIZED,
          "node %s shows a TLS key older than one seen before; if its folder was restored from a copy, let it issue a new key"
              .formatted(known.id()));
    }
  }

  /**
   * A row is written when something other than space changed, or half the offline limit after the
   * last write: a restart then still knows who was there.
   */
  private boolean mattersAfterRestart(RegisteredNode known, RegisteredNode updated) {
    return changesSelection(known, updated)
        || known.tlsSerial() != updated.tlsSerial()
        || !known.softwareVersion().equals(updated.softwareVersion())
        || isDueForWriting(updated);
  }

  private boolean isDueForWriting(RegisteredNode updated) {
    Instant due = dueForWriting.getOrDefault(updated.alias(), Instant.MIN);
    if (updated.lastCheckIn().isBefore(due)) {
      return false;
    }
    dueForWriting.put(
        updated.alias(), updated.lastCheckIn().plus(config.offlineAfter().dividedBy(2)));
    return true;
  }

  private boolean changesSelection(RegisteredNode known, RegisteredNode updated) {
    return !known.address().equals(updated.address())
        || known.acceptsUploads() != updated.acceptsUploads()
        || known.isSuspended(updated.lastCheckIn()) != updated.isSuspended(updated.lastCheckIn())
        || !known.isReachable(updated.lastCheckIn(), config.offlineAfter());
  }

  /** Failures only rise, so the snapshot with more of them is the newer one in that respect. */
  private static RegisteredNode withStanding(RegisteredNode node, RegisteredNode other) {
    RegisteredNode standing = other.failures() > node.failures() ? other : node;
    return new RegisteredNode(
        node.alias(),
        node.id(),
        node.operator(),
        node.address(),
        node.softwareVersion(),
        node.tlsSerial(),
        node.acceptsUploads(),
        node.space(),
        node.clockSkew(),
        standing.failures(),
        standing.suspendedUntil(),
        standing.suspendedReason(),
        node.joined(),
        node.lastCheckIn());
  }

  private static RegisteredNode withCheckIn(
      RegisteredNode node, long tlsSerial, CheckIn checkIn, Duration skew, Instant now) {
    return new RegisteredNode(
        node.alias(),
        node.id(),
        node.operator(),
        checkIn.address(),
        checkIn.softwareVersion(),
        tlsSerial,
        checkIn.acceptsUploads(),
        checkIn.space(),
        skew,
        node.failures(),
        node.suspendedUntil(),
        node.suspendedReason(),
        node.joined(),
        now);
  }

  @FunctionalInterface
  private interface Merge {
    RegisteredNode merge(RegisteredNode known, RegisteredNode fresh);
  }
}
