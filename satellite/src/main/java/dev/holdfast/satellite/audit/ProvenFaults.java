package dev.holdfast.satellite.audit;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.metadata.StoredSegments;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.RegisteredNode;
import dev.holdfast.satellite.orders.KnownBadPieces;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was proven, in the database, and which pieces are known bad, in memory. A piece on a node
 * counts once per fault period, however often and by whomever it is proven again. Thread-safe.
 */
public final class ProvenFaults implements KnownBadPieces {

  static final int MAX_REMEMBERED = 200_000;

  private final Database database;
  private final NodeRegistry registry;
  private final InstantSource clock;
  private final Map<PieceId, Integer> knownBad =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PieceId, Integer> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  public ProvenFaults(Database database, NodeRegistry registry, InstantSource clock) {
    this.database = database;
    this.registry = registry;
    this.clock = clock;
  }

  /** Reads the latest known bad pieces. */
  public void load() {
    Map<PieceId, Integer> rows =
        database.read(connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT root_piece_id, piece_number, node_alias FROM proven_faults ORDER BY proven_at DESC LIMIT ?")) {
            select.setInt(1, MAX_REMEMBERED);
            try (ResultSet faults = select.executeQuery()) {
              Map<PieceId, Integer> read = new LinkedHashMap<>();
              while (faults.next()) {
                read.put(
                    new PieceId(RootPieceId.of(faults.getBytes(1)), faults.getInt(2)),
                    faults.getInt(3));
              }
              return read;
            }
          }
        });
    synchronized (knownBad) {
      knownBad.putAll(rows);
    }
  }

  @Override
  public boolean isKnownBad(PieceId piece, int nodeAlias) {
    synchronized (knownBad) {
      return Integer.valueOf(nodeAlias).equals(knownBad.get(piece));
    }
  }

  /**
   * Counts a proof, unless the piece is no longer counted on the node or counted lately already.
   *
   * @return the node as it then stands; empty when nothing was counted
   */
  public Optional<RegisteredNode> record(
      StoredSegments segments, PieceId piece, NodeId nodeId, int stripe, FaultKind kind) {
    Optional<RegisteredNode> node = registry.find(nodeId);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    int alias = node.get().alias();
    Instant now = clock.instant();
    Outcome outcome =
        database.write(
            UnknownOutcome.REPEAT,
            connection -> {
              if (!isOwed(segments, connection, piece, alias)) {
                return new Outcome(false, null);
              }
              if (!insert(connection, piece, alias, stripe, kind, now)) {
                return new Outcome(true, null);
              }
              return new Outcome(
                  true,
                  registry.countFaults(
                      connection, alias, 1, faultsInPeriod(connection, alias, now)));
            });
    if (outcome.owed()) {
      synchronized (knownBad) {
        knownBad.put(piece, alias);
      }
    }
    if (outcome.counted() != null) {
      registry.show(outcome.counted());
    }
    return Optional.ofNullable(outcome.counted());
  }

  /** Whether the segment still counts this very piece on the node. */
  static boolean isOwed(StoredSegments segments, Connection connection, PieceId piece, int alias)
      throws SQLException {
    StoredSegment segment = segments.find(connection, Set.of(piece.root())).get(piece.root());
    return segment != null
        && segment.pieces().contains(new PlacedPiece(piece.pieceNumber(), alias));
  }

  private boolean insert(
      Connection connection, PieceId piece, int alias, int stripe, FaultKind kind, Instant now)
      throws SQLException {
    OffsetDateTime time = now.atOffset(ZoneOffset.UTC);
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT proven_at FROM proven_faults WHERE root_piece_id = ? AND piece_number = ? AND node_alias = ?")) {
      select.setBytes(1, piece.root().toByteArray());
      select.setInt(2, piece.pieceNumber());
      select.setInt(3, alias);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()
            && row.getObject(1, OffsetDateTime.class)
                .isAfter(time.minus(registry.config().faultPeriod()))) {
          return false;
        }
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO proven_faults (root_piece_id, piece_number, node_alias, kind, stripe, proven_at)"
                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (root_piece_id, piece_number, node_alias)"
                + " DO UPDATE SET kind = excluded.kind, stripe = excluded.stripe, proven_at = excluded.proven_at")) {
      insert.setBytes(1, piece.root().toByteArray());
      insert.setInt(2, piece.pieceNumber());
      insert.setInt(3, alias);
      insert.setInt(4, kind.id());
      insert.setInt(5, stripe);
      insert.setObject(6, time);
      insert.executeUpdate();
      return true;
    }
  }

  private int faultsInPeriod(Connection connection, int alias, Instant now) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT COUNT(*) FROM (SELECT 1 FROM proven_faults WHERE node_alias = ? AND proven_at > ? LIMIT 10000) AS recent")) {
      select.setInt(1, alias);
      select.setObject(2, now.minus(registry.config().faultPeriod()).atOffset(ZoneOffset.UTC));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private record Outcome(boolean owed, @Nullable RegisteredNode counted) {}
}
