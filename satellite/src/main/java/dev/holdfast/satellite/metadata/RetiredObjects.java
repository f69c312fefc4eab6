package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/**
 * Objects that went away lately. A commit of one of them that is repeated, because its answer was
 * lost, gets the same answer and does not bring the object back.
 */
final class RetiredObjects {
  private RetiredObjects() {}

  static void add(
      Connection connection, UUID bucketId, Collection<ObjectVersion> objects, long untilMillis)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO retired_objects (object_id, bucket_id, version, created_millis,"
                + " until_millis) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT (object_id) DO UPDATE SET until_millis = excluded.until_millis")) {
      for (ObjectVersion object : objects) {
        insert.setBytes(1, object.objectId().toByteArray());
        insert.setObject(2, bucketId);
        insert.setLong(3, object.version());
        insert.setLong(4, object.createdMillis());
        insert.setLong(5, untilMillis);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  static Optional<Committed> find(Connection connection, UUID bucketId, ByteString objectId)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT version, created_millis FROM retired_objects"
                + " WHERE object_id = ? AND bucket_id = ?")) {
      select.setBytes(1, objectId.toByteArray());
      select.setObject(2, bucketId);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(new Committed(row.getLong(1), row.getLong(2)))
            : Optional.empty();
      }
    }
  }
}
