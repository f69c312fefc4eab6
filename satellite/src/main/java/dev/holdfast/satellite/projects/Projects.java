package dev.holdfast.satellite.projects;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The projects of this satellite. Projects never change, so found ones are kept. Thread-safe. */
public final class Projects {
  private static final int MAX_NAME_CHARS = 200;
  private static final int MAX_CACHED = 10_000;

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<UUID, Project> cache = new ConcurrentHashMap<>();

  public Projects(Database database, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /**
   * @throws HoldfastException bad-request for an empty or overlong name
   */
  public Project create(String name, Bytes32 recoveryPublicKey) {
    if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "a project's name has 1 to %d characters, not %d"
              .formatted(MAX_NAME_CHARS, name.length()));
    }
    Project project =
        new Project(
            drawId(), name, recoveryPublicKey, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    // The id is drawn outside, so a repeated run meets its own row.
    database.write(
        UnknownOutcome.REPEAT,
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO projects (project_id, name, recovery_public_key, created_millis)"
                      + " VALUES (?, ?, ?, ?) ON CONFLICT (project_id) DO NOTHING")) {
            insert.setObject(1, project.id());
            insert.setString(2, project.name());
            insert.setBytes(3, project.recoveryPublicKey().toByteArray());
            insert.setLong(4, project.created().toEpochMilli());
            return insert.executeUpdate();
          }
        });
    return project;
  }

  /** Empty when there is no such project. */
  public Optional<Project> find(UUID id) {
    Project known = cache.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Project> found =
        database.read(connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT name, recovery_public_key, created_millis FROM projects"
                      + " WHERE project_id = ?")) {
            select.setObject(1, id);
            try (ResultSet row = select.executeQuery()) {
              return row.next()
                  ? Optional.of(
                      new Project(
                          id,
                          row.getString(1),
                          Bytes32.of(row.getBytes(2)),
                          Instant.ofEpochMilli(row.getLong(3))))
                  : Optional.empty();
            }
          }
        });
    if (cache.size() < MAX_CACHED) {
      found.ifPresent(project -> cache.put(id, project));
    }
    return found;
  }

  /**
   * The same for a project that must exist.
   *
   * @throws HoldfastException project-not-found
   */
  public Project require(UUID id) {
    return find(id)
        .orElseThrow(() ->
            new HoldfastException(
                ErrorCode.PROJECT_NOT_FOUND, "project " + id + " does not exist"));
  }

  private UUID drawId() {
    byte[] id = new byte[16];
    random.nextBytes(id);
    ByteBuffer bytes = ByteBuffer.wrap(id);
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
