package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.identity.NodeId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of the {@code nodes} table. */
final class NodeRows {

  private static final String COLUMNS =
      "alias, node_id, operator, address, software_version, tls_serial, accepts_uploads, allocated_bytes,"
          + " used_bytes, trash_bytes, reclaimable_bytes, available_bytes, clock_skew_millis, failures,"
          + " suspended_until, suspended_reason, joined_at, last_check_in_at";

  private NodeRows() {}

  static List<RegisteredNode> all(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT " + COLUMNS + " FROM nodes");
        ResultSet rows = select.executeQuery()) {
      List<RegisteredNode> nodes = new ArrayList<>();
      while (rows.next()) {
        nodes.add(read(rows));
      }
      return nodes;
    }
  }

  static Optional<RegisteredNode> find(Connection connection, NodeId id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM nodes WHERE node_id = ?")) {
      select.setBytes(1, id.bytes());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  static Optional<RegisteredNode> find(Connection connection, int alias) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM nodes WHERE alias = ?")) {
      select.setInt(1, alias);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  /** The next free alias; serializable isolation keeps two joins from drawing the same. */
  static int nextAlias(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT COALESCE(MAX(alias), 0) + 1 FROM nodes");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  static void insert(Connection connection, RegisteredNode node) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO nodes ("
                + COLUMNS
                + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setInt(1, node.alias());
      insert.setBytes(2, node.id().bytes());
      insert.setString(3, node.operator());
      int next = setCheckIn(insert, 4, node);
      insert.setLong(next, node.failures());
      insert.setObject(next + 1, utc(node.suspendedUntil()));
      insert.setString(next + 2, node.suspendedReason());
      insert.setObject(next + 3, utc(node.joined()));
      insert.setObject(next + 4, utc(node.lastCheckIn()));
      insert.executeUpdate();
    }
  }

  /** Writes what a check-in brings; failures and suspension stay. */
  static void updateCheckIn(Connection connection, RegisteredNode node) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE nodes SET address = ?, software_version = ?, tls_serial = ?, accepts_uploads = ?,"
                + " allocated_bytes = ?, used_bytes = ?, trash_bytes = ?, reclaimable_bytes = ?, available_bytes = ?,"
                + " clock_skew_millis = ?, last_check_in_at = ? WHERE alias = ?")) {
      int next = setCheckIn(update, 1, node);
      update.setObject(next, utc(node.lastCheckIn()));
      update.setInt(next + 1, node.alias());
      update.executeUpdate();
    }
  }

  /** Writes failures and suspension; what check-ins bring stays. */
  static void updateStanding(Connection connection, RegisteredNode node) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE nodes SET failures = ?, suspended_until = ?, suspended_reason = ? WHERE alias = ?")) {
      update.setLong(1, node.failures());
      update.setObject(2, utc(node.suspendedUntil()));
      update.setString(3, node.suspendedReason());
      update.setInt(4, node.alias());
      update.executeUpdate();
    }
  }

  private static int setCheckIn(PreparedStatement statement, int first, RegisteredNode node)
      throws SQLException {
    int next = first;
    statement.setString(next++, node.address().toString());
    statement.setString(next++, node.softwareVersion());
    statement.setLong(next++, node.tlsSerial());
    statement.setBoolean(next++, node.acceptsUploads());
    statement.setLong(next++, node.space().allocatedBytes());
    statement.setLong(next++, node.space().usedBytes());
    statement.setLong(next++, node.space().trashBytes());
    statement.setLong(next++, node.space().reclaimableBytes());
    statement.setLong(next++, node.space().availableBytes());
    statement.setLong(next++, node.clockSkew().toMillis());
    return next;
  }

  private static RegisteredNode read(ResultSet row) throws SQLException {
    return new RegisteredNode(
        row.getInt("alias"),
        NodeId.of(row.getBytes("node_id")),
        row.getString("operator"),
        NodeAddress.parse(row.getString("address")),
        row.getString("software_version"),
        row.getLong("tls_serial"),
        row.getBoolean("accepts_uploads"),
        new NodeSpace(
            row.getLong("allocated_bytes"),
            row.getLong("used_bytes"),
            row.getLong("trash_bytes"),
            row.getLong("reclaimable_bytes"),
            row.getLong("available_bytes")),
        Duration.ofMillis(row.getLong("clock_skew_millis")),
        row.getLong("failures"),
        instant(row.getObject("suspended_until", OffsetDateTime.class)),
        row.getString("suspended_reason"),
        row.getObject("joined_at", OffsetDateTime.class).toInstant(),
        row.getObject("last_check_in_at", OffsetDateTime.class).toInstant());
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
