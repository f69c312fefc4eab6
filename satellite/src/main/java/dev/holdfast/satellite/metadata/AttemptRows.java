package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SQL over pending attempts: those with segments, but without a committed object or part. */
final class AttemptRows {
  /** Names an attempt. */
  record Key(ByteString objectId, ByteString attemptId) {}

  /** A pending attempt and what it was begun for. */
  record Pending(Key key, UUID bucketId, ByteString encryptedKey, int part) {}

  private static final String COLUMNS = "object_id, attempt_id, bucket_id, encrypted_key, part";

  private AttemptRows() {}

  static Optional<Pending> find(Connection connection, Key key) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM pending_attempts WHERE object_id = ? AND attempt_id = ?")) {
      select.setBytes(1, key.objectId().toByteArray());
      select.setBytes(2, key.attemptId().toByteArray());
      List<Pending> found = read(select);
      return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }
  }

  /** Adds the attempt or puts its end off. */
  static void touch(Connection connection, Pending attempt, long expiresMillis)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            "INSERT INTO pending_attempts ("
                + COLUMNS
                + ", expires_millis)"
                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (object_id, attempt_id)"
                + " DO UPDATE SET expires_millis = excluded.expires_millis")) {
      upsert.setBytes(1, attempt.key().objectId().toByteArray());
      upsert.setBytes(2, attempt.key().attemptId().toByteArray());
      upsert.setObject(3, attempt.bucketId());
      upsert.setBytes(4, attempt.encryptedKey().toByteArray());
      upsert.setInt(5, attempt.part());
      upsert.setLong(6, expiresMillis);
      upsert.executeUpdate();
    }
  }

  static void delete(Connection connection, Key key) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM pending_attempts WHERE object_id = ? AND attempt_id = ?")) {
      delete.setBytes(1, key.objectId().toByteArray());
      delete.setBytes(2, key.attemptId().toByteArray());
      delete.executeUpdate();
    }
  }

  /** Takes all pending attempts of an object. */
  static List<Pending> deleteOfObject(Connection connection, ByteString objectId)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM pending_attempts WHERE object_id = ? RETURNING " + COLUMNS)) {
      delete.setBytes(1, objectId.toByteArray());
      return read(delete);
    }
  }

  /** Takes some pending attempts of a bucket. */
  static List<Pending> deleteOfBucket(Connection connection, UUID bucketId, int limit)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM pending_attempts WHERE (object_id, attempt_id) IN"
                + " (SELECT object_id, attempt_id FROM pending_attempts WHERE bucket_id = ? LIMIT ?)"
                + " RETURNING "
                + COLUMNS)) {
      delete.setObject(1, bucketId);
      delete.setInt(2, limit);
      return read(delete);
    }
  }

  /** Takes some attempts whose end has come. */
  static List<Pending> deleteExpired(Connection connection, long nowMillis, int limit)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM pending_attempts WHERE (object_id, attempt_id) IN"
                + " (SELECT object_id, attempt_id FROM pending_attempts WHERE expires_millis <= ?"
                + " ORDER BY expires_millis LIMIT ?) RETURNING "
                + COLUMNS)) {
      delete.setLong(1, nowMillis);
      delete.setInt(2, limit);
      return read(delete);
    }
  }

  private static List<Pending> read(PreparedStatement statement) throws SQLException {
    List<Pending> attempts = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        attempts.add(
            new Pending(
                new Key(
                    ByteString.copyFrom(rows.getBytes(1)), ByteString.copyFrom(rows.getBytes(2))),
                rows.getObject(3, UUID.class),
                ByteString.copyFrom(rows.getBytes(4)),
                rows.getInt(5)));
      }
    }
    return attempts;
  }
}
