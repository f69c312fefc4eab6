package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Roots that no row may refer to again: their pieces are queued for deletion, but a token that
 * names them may still be valid.
 */
final class SpentRoots {
  private SpentRoots() {}

  static void add(Connection connection, Collection<ByteString> roots, long untilMillis)
      throws SQLException {
    if (roots.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO spent_roots (root_piece_id, until_millis)"
                + " SELECT root, ? FROM unnest(?) AS d (root)"
                + " ON CONFLICT (root_piece_id) DO UPDATE SET until_millis = excluded.until_millis")) {
      insert.setLong(1, untilMillis);
      insert.setArray(2, SqlArrays.bytes(connection, new HashSet<>(roots)));
      insert.executeUpdate();
    }
  }

  /** Those of the roots that are spent. */
  static Set<ByteString> among(Connection connection, Collection<ByteString> roots)
      throws SQLException {
    return select(
        connection, "SELECT root_piece_id FROM spent_roots WHERE root_piece_id = ANY (?)", roots);
  }

  /** Those of the roots that rows refer to. */
  static Set<ByteString> inUse(Connection connection, Collection<ByteString> roots)
      throws SQLException {
    return select(
        connection,
        "SELECT root_piece_id FROM stored_segments WHERE root_piece_id = ANY (?)",
        roots);
  }

  private static Set<ByteString> select(
      Connection connection, String sql, Collection<ByteString> roots) throws SQLException {
    Set<ByteString> found = new HashSet<>();
    if (roots.isEmpty()) {
      return found;
    }
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, SqlArrays.bytes(connection, roots));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(ByteString.copyFrom(rows.getBytes(1)));
        }
      }
    }
    return found;
  }
}
