package dev.holdfast.satellite.metadata;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** Counters per project: changes are appended by commits and folded by a chore. */
final class UsageRows {
  private static final int FOLD_BATCH = 1000;

  private final SecureRandom random;

  UsageRows(SecureRandom random) {
    this.random = random;
  }

  void append(Connection connection, UUID projectId, UsageChange change) throws SQLException {
    if (change.isNothing()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO usage_changes (change_id, project_id, objects, plain_bytes, inline_bytes)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      insert.setObject(1, drawId());
      insert.setObject(2, projectId);
      insert.setLong(3, change.objects());
      insert.setLong(4, change.plainBytes());
      insert.setLong(5, change.inlineBytes());
      insert.executeUpdate();
    }
  }

  /** Moves some changes into the totals; returns how many. */
  int fold(Connection connection) throws SQLException {
    try (PreparedStatement fold =
        connection.prepareStatement(
            """
            WITH gone AS (
              DELETE FROM usage_changes
               WHERE change_id IN (SELECT change_id FROM usage_changes LIMIT ?)
              RETURNING project_id, objects, plain_bytes, inline_bytes),
            added AS (
              INSERT INTO usage_totals AS t (project_id, objects, plain_bytes, inline_bytes)
              SELECT project_id, sum(objects), sum(plain_bytes), sum(inline_bytes)
                FROM gone GROUP BY project_id
              ON CONFLICT (project_id) DO UPDATE
                 SET objects = t.objects + excluded.objects,
                     plain_bytes = t.plain_bytes + excluded.plain_bytes,
                     inline_bytes = t.inline_bytes + excluded.inline_bytes)
            SELECT count(*) FROM gone\
            """)) {
      fold.setInt(1, FOLD_BATCH);
      try (ResultSet row = fold.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  static UsageTotals total(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT coalesce(sum(objects), 0), coalesce(sum(plain_bytes), 0),
                       coalesce(sum(inline_bytes), 0)
                  FROM (SELECT objects, plain_bytes, inline_bytes FROM usage_totals
                        UNION ALL
                        SELECT objects, plain_bytes, inline_bytes FROM usage_changes) AS parts\
                """);
        ResultSet row = select.executeQuery()) {
      row.next();
      return new UsageTotals(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  private UUID drawId() {
    byte[] id = new byte[16];
    random.nextBytes(id);
    ByteBuffer bytes = ByteBuffer.wrap(id);
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
