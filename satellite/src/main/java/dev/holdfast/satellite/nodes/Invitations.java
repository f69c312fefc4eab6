package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Invitations: 128-bit tokens that let one node join once. Only the hash of a token is kept, so a
 * dump of the database invites nobody. Thread-safe.
 */
public final class Invitations {

  static final Duration MAX_VALIDITY = Duration.ofDays(90);

  private static final int TOKEN_BYTES = 16;
  private static final int MAX_OPERATOR_CHARACTERS = 128;
  private static final byte[] LABEL = "holdfast invitation 1".getBytes(StandardCharsets.US_ASCII);

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;

  public Invitations(Database database, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Issues an invitation and returns its token, 32 hexadecimal digits; it cannot be shown again.
   *
   * @param operator who will run the node, 1 to 128 characters
   * @param validity positive, at most 90 days
   * @throws HoldfastException bad-request
   */
  public String issue(String operator, Duration validity) {
    if (operator.isBlank() || operator.length() > MAX_OPERATOR_CHARACTERS) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "an invitation names its operator in 1 to %d characters, not %d"
              .formatted(MAX_OPERATOR_CHARACTERS, operator.length()));
    }
    if (!validity.isPositive() || validity.compareTo(MAX_VALIDITY) > 0) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "an invitation is valid for more than nothing and at most %s, not %s"
              .formatted(MAX_VALIDITY, validity));
    }
    byte[] token = new byte[TOKEN_BYTES];
    random.nextBytes(token);
    byte[] hash = hash(token);
    Instant now = clock.instant();
    database.write(
        UnknownOutcome.REPEAT,
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO invitations (token_hash, operator, created_at, expires_at) VALUES (?, ?, ?, ?)"
                      + " ON CONFLICT (token_hash) DO NOTHING")) {
            insert.setBytes(1, hash);
            insert.setString(2, operator.strip());
            insert.setObject(3, utc(now));
            insert.setObject(4, utc(now.plus(validity)));
            return insert.executeUpdate();
          }
        });
    return HexFormat.of().formatHex(token);
  }

  /**
   * Uses an invitation up inside the joining transaction and returns its operator. The node that
   * used it already may use it again: its answer may have been lost.
   *
   * @throws HoldfastException invitation-invalid when it is malformed, unknown, expired or used by
   *     another node
   */
  static String redeem(Connection connection, String token, byte[] nodeId, Instant now)
      throws SQLException {
    byte[] hash = hash(parse(token));
    String operator;
    boolean used;
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT operator, expires_at, used_by FROM invitations WHERE token_hash = ?")) {
      select.setBytes(1, hash);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw invalid(
              "the invitation is not one of this satellite's; check that it was copied whole");
        }
        operator = row.getString(1);
        Instant expires = row.getObject(2, OffsetDateTime.class).toInstant();
        byte[] usedBy = row.getBytes(3);
        used = usedBy != null;
        if (usedBy != null && !MessageDigest.isEqual(usedBy, nodeId)) {
          throw invalid(
              "the invitation was used by another node already; ask the satellite's operator for a new one");
        }
        if (!used && !expires.isAfter(now)) {
          throw invalid(
              "the invitation expired at %s; ask the satellite's operator for a new one"
                  .formatted(expires));
        }
      }
    }
    if (!used) {
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE invitations SET used_at = ?, used_by = ? WHERE token_hash = ?")) {
        update.setObject(1, utc(now));
        update.setBytes(2, nodeId);
        update.setBytes(3, hash);
        update.executeUpdate();
      }
    }
    return operator;
  }

  private static byte[] parse(String token) {
    try {
      byte[] bytes = HexFormat.of().parseHex(token.strip().toLowerCase(Locale.ROOT));
      if (bytes.length == TOKEN_BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // The cause would quote the token.
      throw invalid("an invitation is 32 hexadecimal digits; check that it was copied whole");
    }
    throw invalid("an invitation is 32 hexadecimal digits; check that it was copied whole");
  }

  private static HoldfastException invalid(String message) {
    return new HoldfastException(ErrorCode.INVITATION_INVALID, message);
  }

  private static byte[] hash(byte[] token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(LABEL);
      return digest.digest(token);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
