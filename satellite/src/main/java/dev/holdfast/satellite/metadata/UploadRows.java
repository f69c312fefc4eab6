package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.identity.Bytes32;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL over multipart uploads. */
final class UploadRows {
  private static final String COLUMNS =
      "encrypted_key, object_id, creator_tail, wrap_type, key_epoch, wrapped_object_key,"
          + " encrypted_summary, encrypted_detail, created_millis, expires_millis";

  private UploadRows() {}

  static void insert(Connection connection, UUID bucketId, Upload upload) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO uploads (bucket_id, "
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setObject(1, bucketId);
      insert.setBytes(2, upload.encryptedKey().toByteArray());
      insert.setBytes(3, upload.objectId().toByteArray());
      insert.setBytes(4, upload.creatorTail().toByteArray());
      insert.setInt(5, upload.wrapType());
      insert.setInt(6, upload.keyEpoch());
      insert.setBytes(7, upload.wrappedObjectKey().toByteArray());
      insert.setBytes(8, upload.encryptedSummary().toByteArray());
      insert.setBytes(9, upload.encryptedDetail().toByteArray());
      insert.setLong(10, upload.createdMillis());
      insert.setLong(11, upload.expiresMillis());
      insert.executeUpdate();
    }
  }

  static Optional<Upload> find(
      Connection connection, UUID bucketId, ByteString encryptedKey, ByteString objectId)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM uploads"
                + " WHERE bucket_id = ? AND encrypted_key = ? AND object_id = ?")) {
      select.setObject(1, bucketId);
      select.setBytes(2, encryptedKey.toByteArray());
      select.setBytes(3, objectId.toByteArray());
      List<Upload> found = read(select);
      return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }
  }

  static boolean idExists(Connection connection, ByteString objectId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM uploads WHERE object_id = ?")) {
      select.setBytes(1, objectId.toByteArray());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Uploads of a key range in the order of keys, then object ids, after the given pair. */
  static List<Upload> range(
      Connection connection, UUID bucketId, KeyRange range, ByteString afterObjectId, int limit)
      throws SQLException {
    String upper = range.to().isEmpty() ? "" : " AND encrypted_key < ?";
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM uploads WHERE bucket_id = ?"
                + " AND (encrypted_key > ? OR (encrypted_key = ? AND object_id > ?))"
                + upper
                + " ORDER BY encrypted_key, object_id LIMIT ?")) {
      int parameter = 1;
      select.setObject(parameter++, bucketId);
      select.setBytes(parameter++, range.from().toByteArray());
      select.setBytes(parameter++, range.from().toByteArray());
      select.setBytes(parameter++, afterObjectId.toByteArray());
      if (!range.to().isEmpty()) {
        select.setBytes(parameter++, range.to().toByteArray());
      }
      select.setInt(parameter, limit);
      return read(select);
    }
  }

  static void delete(
      Connection connection, UUID bucketId, ByteString encryptedKey, ByteString objectId)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM uploads WHERE bucket_id = ? AND encrypted_key = ? AND object_id = ?")) {
      delete.setObject(1, bucketId);
      delete.setBytes(2, encryptedKey.toByteArray());
      delete.setBytes(3, objectId.toByteArray());
      delete.executeUpdate();
    }
  }

  private static List<Upload> read(PreparedStatement select) throws SQLException {
    List<Upload> uploads = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        uploads.add(
            new Upload(
                ByteString.copyFrom(rows.getBytes(1)),
                ByteString.copyFrom(rows.getBytes(2)),
                Bytes32.of(rows.getBytes(3)),
                rows.getInt(4),
                rows.getInt(5),
                ByteString.copyFrom(rows.getBytes(6)),
                ByteString.copyFrom(rows.getBytes(7)),
                ByteString.copyFrom(rows.getBytes(8)),
                rows.getLong(9),
                rows.getLong(10)));
      }
    }
    return uploads;
  }
}
