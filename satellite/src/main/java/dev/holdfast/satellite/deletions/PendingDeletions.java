package dev.holdfast.satellite.deletions;

import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.nodes.PlacedPiece;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The SQL of the {@code pending_deletions} table. */
final class PendingDeletions {

  private PendingDeletions() {}

  static void insert(Connection connection, RootPieceId root, List<PlacedPiece> pieces, Instant now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO pending_deletions (node_alias, root_piece_id, piece_number, queued_at) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (node_alias, root_piece_id, piece_number) DO NOTHING")) {
      byte[] rootBytes = root.toByteArray();
      for (PlacedPiece piece : pieces) {
        insert.setInt(1, piece.nodeAlias());
        insert.setBytes(2, rootBytes);
        insert.setInt(3, piece.pieceNumber());
        insert.setObject(4, now.atOffset(ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  static List<PieceId> of(Connection connection, int nodeAlias, int limit) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT root_piece_id, piece_number FROM pending_deletions WHERE node_alias = ?"
                + " ORDER BY root_piece_id, piece_number LIMIT ?")) {
      select.setInt(1, nodeAlias);
      select.setInt(2, limit);
      try (ResultSet rows = select.executeQuery()) {
        List<PieceId> pieces = new ArrayList<>();
        while (rows.next()) {
          pieces.add(new PieceId(RootPieceId.of(rows.getBytes(1)), rows.getInt(2)));
        }
        return pieces;
      }
    }
  }

  static void delete(Connection connection, int nodeAlias, List<PieceId> pieces)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM pending_deletions WHERE node_alias = ? AND root_piece_id = ? AND piece_number = ?")) {
      for (PieceId piece : pieces) {
        delete.setInt(1, nodeAlias);
        delete.setBytes(2, piece.root().toByteArray());
        delete.setInt(3, piece.pieceNumber());
        delete.addBatch();
      }
      delete.executeBatch();
    }
  }

  /** Waiting pieces by node alias. */
  static Map<Integer, Long> counts(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT node_alias, COUNT(*) FROM pending_deletions GROUP BY node_alias");
        ResultSet rows = select.executeQuery()) {
      Map<Integer, Long> counts = new HashMap<>();
      while (rows.next()) {
        counts.put(rows.getInt(1), rows.getLong(2));
      }
      return counts;
    }
  }
}
