package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** SQL over committed parts. */
final class PartRows {
  private static final String COLUMNS =
      "part, attempt_id, encrypted_record, plain_bytes, created_millis";

  private PartRows() {}

  static void insert(Connection connection, ByteString objectId, ObjectPart part)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO parts (object_id, " + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setBytes(1, objectId.toByteArray());
      insert.setInt(2, part.part());
      insert.setBytes(3, part.attemptId().toByteArray());
      insert.setBytes(4, part.encryptedRecord().toByteArray());
      insert.setLong(5, part.plainBytes());
      insert.setLong(6, part.createdMillis());
      insert.executeUpdate();
    }
  }

  static Optional<ObjectPart> find(Connection connection, ByteString objectId, int part)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT " + COLUMNS + " FROM parts WHERE object_id = ? AND part = ?")) {
      select.setBytes(1, objectId.toByteArray());
      select.setInt(2, part);
      List<ObjectPart> found = read(select);
      return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }
  }

  /** Parts in ascending order. */
  static List<ObjectPart> list(Connection connection, ByteString objectId, int afterPart, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM parts WHERE object_id = ? AND part > ? ORDER BY part LIMIT ?")) {
      select.setBytes(1, objectId.toByteArray());
      select.setInt(2, afterPart);
      select.setInt(3, limit);
      return read(select);
    }
  }

  static void delete(Connection connection, ByteString objectId, Collection<Integer> parts)
      throws SQLException {
    if (parts.isEmpty()) {
      return;
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM parts WHERE object_id = ? AND part = ANY (?)")) {
      delete.setBytes(1, objectId.toByteArray());
      delete.setArray(2, SqlArrays.ints(connection, parts));
      delete.executeUpdate();
    }
  }

  /** Takes all parts of these objects. */
  static List<AttemptRows.Key> deleteAll(Connection connection, Collection<ByteString> objectIds)
      throws SQLException {
    List<AttemptRows.Key> attempts = new ArrayList<>();
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM parts WHERE object_id = ANY (?) RETURNING object_id, attempt_id")) {
      delete.setArray(1, SqlArrays.bytes(connection, objectIds));
      try (ResultSet rows = delete.executeQuery()) {
        while (rows.next()) {
          attempts.add(
              new AttemptRows.Key(
                  ByteString.copyFrom(rows.getBytes(1)), ByteString.copyFrom(rows.getBytes(2))));
        }
      }
    }
    return attempts;
  }

  static void copy(Connection connection, ByteString sourceId, ByteString targetId)
      throws SQLException {
    try (PreparedStatement copy =
        connection.prepareStatement(
            "INSERT INTO parts (object_id, "
                + COLUMNS
                + ") SELECT ?, "
                + COLUMNS
                + " FROM parts WHERE object_id = ?")) {
      copy.setBytes(1, targetId.toByteArray());
      copy.setBytes(2, sourceId.toByteArray());
      copy.executeUpdate();
    }
  }

  private static List<ObjectPart> read(PreparedStatement statement) throws SQLException {
    List<ObjectPart> parts = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        parts.add(
            new ObjectPart(
                rows.getInt(1),
                ByteString.copyFrom(rows.getBytes(2)),
                ByteString.copyFrom(rows.getBytes(3)),
                rows.getLong(4),
                rows.getLong(5)));
      }
    }
    return parts;
  }
}
