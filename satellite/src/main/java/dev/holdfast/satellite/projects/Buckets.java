package dev.holdfast.satellite.projects;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The buckets of projects. Emptying and removing one belongs to metadata. Thread-safe. */
public final class Buckets {
  /** Most buckets of one page. */
  public static final int MAX_PAGE = 1000;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;

  public Buckets(Database database, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /**
   * @throws HoldfastException bucket-exists; bad-request for a name that S3 would not take either
   */
  public Bucket create(UUID projectId, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "bucket name '%s' is not 3 to 63 characters of a-z, 0-9, '-' and '.', beginning and ending with a letter or digit"
              .formatted(abbreviate(name)));
    }
    Bucket bucket = new Bucket(drawId(), name, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    database.write(
        UnknownOutcome.REPEAT,
        connection -> {
          Optional<Bucket> existing = find(connection, projectId, name);
          if (existing.isPresent()) {
            if (existing.get().id().equals(bucket.id())) {
              return bucket; // an earlier run of this transaction
            }
            throw new HoldfastException(
                ErrorCode.BUCKET_EXISTS, "bucket '" + name + "' exists in this project");
          }
          insert(connection, projectId, bucket);
          return bucket;
        });
    return bucket;
  }

  /**
   * @param after exclusive; empty: from the start
   * @param limit 1 to {@link #MAX_PAGE}
   */
  public BucketPage list(UUID projectId, String after, int limit) {
    return database.read(connection -> {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT bucket_id, name, created_millis FROM buckets"
                  + " WHERE project_id = ? AND name > ? ORDER BY name LIMIT ?")) {
        select.setObject(1, projectId);
        select.setString(2, after);
        select.setInt(3, limit + 1);
        List<Bucket> buckets = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            buckets.add(read(rows));
          }
        }
        boolean more = buckets.size() > limit;
        return new BucketPage(more ? buckets.subList(0, limit) : buckets, more);
      }
    });
  }

  /** Looks a bucket up inside the caller's transaction. */
  public static Optional<Bucket> find(Connection connection, UUID projectId, String name)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT bucket_id, name, created_millis FROM buckets WHERE project_id = ? AND name = ?")) {
      select.setObject(1, projectId);
      select.setString(2, name);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  /**
   * The same for a bucket that must exist.
   *
   * @throws HoldfastException bucket-not-found
   */
  public static Bucket require(Connection connection, UUID projectId, String name)
      throws SQLException {
    return find(connection, projectId, name)
        .orElseThrow(() ->
            new HoldfastException(
                ErrorCode.BUCKET_NOT_FOUND,
                "bucket '" + abbreviate(name) + "' does not exist in this project"));
  }

  private static void insert(Connection connection, UUID projectId, Bucket bucket)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO buckets (bucket_id, project_id, name, created_millis) VALUES (?, ?, ?, ?)")) {
      insert.setObject(1, bucket.id());
      insert.setObject(2, projectId);
      insert.setString(3, bucket.name());
      insert.setLong(4, bucket.created().toEpochMilli());
      insert.executeUpdate();
    }
  }

  private static Bucket read(ResultSet row) throws SQLException {
    return new Bucket(
        row.getObject(1, UUID.class), row.getString(2), Instant.ofEpochMilli(row.getLong(3)));
  }

  private static String abbreviate(String name) {
    return name.length() <= 63 ? name : name.substring(0, 63) + "...";
  }

  private UUID drawId() {
    byte[] id = new byte[16];
    random.nextBytes(id);
    ByteBuffer bytes = ByteBuffer.wrap(id);
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
