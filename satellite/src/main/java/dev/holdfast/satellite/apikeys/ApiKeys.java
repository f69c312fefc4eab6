package dev.holdfast.satellite.apikeys;

import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import dev.holdfast.satellite.secrets.SecretPurpose;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Issues, checks and revokes API keys. Keys are not stored: their secrets are derived from a root
 * secret that is not in the database. Thread-safe.
 */
public final class ApiKeys {
  /** How long a key that another satellite process revoked may still be taken here. */
  static final Duration REVOCATION_LAG = Duration.ofSeconds(5);

  private static final int MAX_CACHED = 10_000;

  private final SatelliteSecrets secrets;
  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;

  /** Tail hash of a key to the time at which it was seen to be alive, in milliseconds. */
  private final Map<Bytes32, Long> seenAlive = new ConcurrentHashMap<>();

  public ApiKeys(
      SatelliteSecrets secrets, Database database, InstantSource clock, SecureRandom random) {
    this.secrets = secrets;
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /** A new key that may do anything in the project. */
  public ApiKey issue(UUID projectId) {
    return ApiKey.issue(
        secrets.current(SecretPurpose.API_KEYS),
        secrets.currentEpoch(SecretPurpose.API_KEYS),
        projectId,
        random);
  }

  /**
   * Reads a key and makes sure that this satellite issued it and nobody revoked it. What it permits
   * is another question.
   *
   * @throws HoldfastException api-key-invalid, api-key-revoked
   */
  public ApiKey authenticate(byte[] serialized) {
    ApiKey key = genuine(serialized);
    List<Bytes32> tails = key.tailHashes();
    Bytes32 own = tails.getLast();
    long now = clock.millis();
    Long seen = seenAlive.get(own);
    if (seen != null && now - seen < REVOCATION_LAG.toMillis() && now >= seen) {
      return key;
    }
    if (database.read(connection -> isAnyRevoked(connection, tails))) {
      seenAlive.remove(own);
      throw new HoldfastException(
          ErrorCode.API_KEY_REVOKED,
          "this API key was revoked; ask the project's owner for a new one");
    }
    if (seenAlive.size() >= MAX_CACHED) {
      seenAlive.clear();
    }
    seenAlive.put(own, now);
    return key;
  }

  /**
   * Revokes a key and all keys restricted from it.
   *
   * @param by the caller's key: only a key that is the same or that the revoked one was restricted
   *     from may do it
   * @throws HoldfastException api-key-invalid, operation-denied
   */
  public void revoke(byte[] serialized, ApiKey by) {
    List<Bytes32> tails = genuine(serialized).tailHashes();
    List<Bytes32> ancestor = by.tailHashes();
    if (tails.size() < ancestor.size() || !tails.subList(0, ancestor.size()).equals(ancestor)) {
      throw new HoldfastException(
          ErrorCode.OPERATION_DENIED,
          "a key can be revoked by itself and by keys that it was restricted from, not by this one");
    }
    database.write(
        UnknownOutcome.REPEAT,
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO revoked_api_keys (tail_hash, revoked_millis) VALUES (?, ?)"
                      + " ON CONFLICT (tail_hash) DO NOTHING")) {
            insert.setBytes(1, tails.getLast().toByteArray());
            insert.setLong(2, clock.millis());
            return insert.executeUpdate();
          }
        });
    seenAlive.clear();
  }

  private ApiKey genuine(byte[] serialized) {
    ApiKey key = ApiKey.parse(serialized);
    SecretBytes root =
        secrets.find(SecretPurpose.API_KEYS, key.epoch()).orElseThrow(ApiKeys::foreign);
    if (!key.verify(root)) {
      throw foreign();
    }
    return key;
  }

  private static HoldfastException foreign() {
    return new HoldfastException(
        ErrorCode.API_KEY_INVALID,
        "this API key was not issued by this satellite, or it was altered");
  }

  private static boolean isAnyRevoked(Connection connection, List<Bytes32> tails)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM revoked_api_keys WHERE tail_hash = ANY (?) LIMIT 1")) {
      Array hashes =
          connection.createArrayOf(
              "bytea", tails.stream().map(Bytes32::toByteArray).toArray(byte[][]::new));
      select.setArray(1, hashes);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }
}
