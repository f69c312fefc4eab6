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
import java.util.UUID;

/** SQL over object rows. An expired row is still here until the expiry chore takes it. */
final class ObjectRows {
  static final String COLUMNS =
      "encrypted_key, version, object_id, wrap_type, key_epoch, wrapped_object_key,"
          + " encrypted_summary, encrypted_detail, etag_token, plain_bytes, created_millis,"
          + " expires_millis, revision";

  private static final String QUALIFIED_COLUMNS = "o." + COLUMNS.replace(", ", ", o.");

  /** Where an object id was committed, and what the answer was. */
  record Trace(UUID bucketId, ByteString encryptedKey, Committed committed) {}

  /** A row that is to go. */
  record Doomed(UUID bucketId, UUID projectId, ObjectVersion object) {}

  private ObjectRows() {}

  /** The current version, expired or not. */
  static Optional<ObjectVersion> current(
      Connection connection, UUID bucketId, ByteString encryptedKey) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM objects"
                + " WHERE bucket_id = ? AND encrypted_key = ? AND is_current")) {
      select.setObject(1, bucketId);
      select.setBytes(2, encryptedKey.toByteArray());
      return first(select);
    }
  }

  static Optional<ObjectVersion> version(
      Connection connection, UUID bucketId, ByteString encryptedKey, long version)
      throws SQLException {
    if (version == 0) {
      return current(connection, bucketId, encryptedKey);
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM objects"
                + " WHERE bucket_id = ? AND encrypted_key = ? AND version = ?"
                + " AND removed_until_millis = 0")) {
      select.setObject(1, bucketId);
      select.setBytes(2, encryptedKey.toByteArray());
      select.setLong(3, version);
      return first(select);
    }
  }

  /**
   * Bucket and row in one round trip, for reads; the bucket must be asked for when nothing is
   * found.
   */
  static Optional<ObjectVersion> find(Connection connection, ObjectAddress address, long version)
      throws SQLException {
    String which =
        version == 0 ? " AND o.is_current" : " AND o.version = ? AND o.removed_until_millis = 0";
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + QUALIFIED_COLUMNS
                + " FROM buckets b JOIN objects o ON o.bucket_id = b.bucket_id"
                + " WHERE b.project_id = ? AND b.name = ? AND o.encrypted_key = ?"
                + which)) {
      select.setObject(1, address.projectId());
      select.setString(2, address.bucket());
      select.setBytes(3, address.encryptedKey().toByteArray());
      if (version != 0) {
        select.setLong(4, version);
      }
      return first(select);
    }
  }

  /** What a commit of an object id left behind: the row, or what stands for it after it went. */
  static Optional<Trace> trace(Connection connection, ByteString objectId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT bucket_id, encrypted_key, version, created_millis FROM objects"
                + " WHERE object_id = ?")) {
      select.setBytes(1, objectId.toByteArray());
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Trace(
                    row.getObject(1, UUID.class),
                    ByteString.copyFrom(row.getBytes(2)),
                    new Committed(row.getLong(3), row.getLong(4))))
            : Optional.empty();
      }
    }
  }

  /**
   * Adds a current row.
   *
   * @return false when the key has a current row or the object id was committed before
   */
  static boolean insert(Connection connection, UUID bucketId, ObjectVersion object)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO objects (bucket_id, is_current, removed_until_millis, "
                + COLUMNS
                + ") VALUES (?, true, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING")) {
      insert.setObject(1, bucketId);
      insert.setBytes(2, object.encryptedKey().toByteArray());
      insert.setLong(3, object.version());
      insert.setBytes(4, object.objectId().toByteArray());
      insert.setInt(5, object.wrapType());
      insert.setInt(6, object.keyEpoch());
      insert.setBytes(7, object.wrappedObjectKey().toByteArray());
      insert.setBytes(8, object.encryptedSummary().toByteArray());
      insert.setBytes(9, object.encryptedDetail().toByteArray());
      insert.setBytes(10, object.etagToken().toByteArray());
      insert.setLong(11, object.plainBytes());
      insert.setLong(12, object.createdMillis());
      insert.setLong(13, object.expiresMillis());
      insert.setLong(14, object.revision());
      return insert.executeUpdate() == 1;
    }
  }

  /**
   * Takes rows out of sight and empties them; what is left answers repeated commits for a while.
   */
  static void remove(Connection connection, Collection<ByteString> objectIds, long untilMillis)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE objects SET is_current = false, removed_until_millis = ?, expires_millis = 0,"
                + " wrapped_object_key = '', encrypted_summary = '', encrypted_detail = ''"
                + " WHERE object_id = ANY (?)")) {
      update.setLong(1, untilMillis);
      update.setArray(2, SqlArrays.bytes(connection, objectIds));
      update.executeUpdate();
    }
  }

  /** Current, unexpired rows of a key range in byte order, without their details. */
  static List<ObjectVersion> range(
      Connection connection, UUID bucketId, KeyRange range, long nowMillis, int limit)
      throws SQLException {
    String upper = range.to().isEmpty() ? "" : " AND encrypted_key < ?";
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS.replace("encrypted_detail", "''::bytea")
                + " FROM objects"
                + " WHERE bucket_id = ? AND is_current AND encrypted_key >= ?"
                + " AND (expires_millis = 0 OR expires_millis > ?)"
                + upper
                + " ORDER BY encrypted_key LIMIT ?")) {
      int parameter = 1;
      select.setObject(parameter++, bucketId);
      select.setBytes(parameter++, range.from().toByteArray());
      select.setLong(parameter++, nowMillis);
      if (!range.to().isEmpty()) {
        select.setBytes(parameter++, range.to().toByteArray());
      }
      select.setInt(parameter, limit);
      return read(select);
    }
  }

  /** Some objects, of all buckets, whose end has come. */
  static List<Doomed> expired(Connection connection, long nowMillis, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + ", bucket_id,"
                + " (SELECT project_id FROM buckets b WHERE b.bucket_id = objects.bucket_id)"
                + " FROM objects WHERE expires_millis > 0 AND expires_millis <= ?"
                + " ORDER BY expires_millis LIMIT ?")) {
      select.setLong(1, nowMillis);
      select.setInt(2, limit);
      List<Doomed> doomed = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          doomed.add(
              new Doomed(
                  rows.getObject(14, UUID.class), rows.getObject(15, UUID.class), read(rows)));
        }
      }
      return doomed;
    }
  }

  /** Some rows of a bucket, expired or not. */
  static List<ObjectVersion> some(Connection connection, UUID bucketId, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM objects"
                + " WHERE bucket_id = ? AND removed_until_millis = 0 LIMIT ?")) {
      select.setObject(1, bucketId);
      select.setInt(2, limit);
      return read(select);
    }
  }

  private static Optional<ObjectVersion> first(PreparedStatement select) throws SQLException {
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(read(row)) : Optional.empty();
    }
  }

  private static List<ObjectVersion> read(PreparedStatement select) throws SQLException {
    List<ObjectVersion> objects = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        objects.add(read(rows));
      }
    }
    return objects;
  }

  private static ObjectVersion read(ResultSet row) throws SQLException {
    return new ObjectVersion(
        ByteString.copyFrom(row.getBytes(1)),
        row.getLong(2),
        ByteString.copyFrom(row.getBytes(3)),
        row.getInt(4),
        row.getInt(5),
        ByteString.copyFrom(row.getBytes(6)),
        ByteString.copyFrom(row.getBytes(7)),
        ByteString.copyFrom(row.getBytes(8)),
        ByteString.copyFrom(row.getBytes(9)),
        row.getLong(10),
        row.getLong(11),
        row.getLong(12),
        row.getLong(13));
  }
}
