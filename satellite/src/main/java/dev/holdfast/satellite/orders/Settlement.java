package dev.holdfast.satellite.orders;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.nodes.RegisteredNode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Accepts a node's orders of one closed time window. A window settles once; the very same batch
 * sent again, because its answer was lost, is answered again. Thread-safe.
 */
public final class Settlement {

  /**
   * Orders of one window; with the longest chain this keeps a batch's check below a few seconds.
   */
  public static final int MAX_ORDERS = 40_000;

  private final Database database;
  private final LimitForge forge;
  private final OrdersConfig config;
  private final InstantSource clock;

  public Settlement(Database database, LimitForge forge, OrdersConfig config, InstantSource clock) {
    this.database = database;
    this.forge = forge;
    this.config = config;
    this.clock = clock;
  }

  /**
   * One order as the node hands it in.
   *
   * @param bytesServed at most what {@code depth} pays for
   * @param preimage the deepest that the uplink released
   */
  public record HandedIn(byte[] orderLimit, long bytesServed, int depth, byte[] preimage) {}

  /**
   * Settles a window.
   *
   * @param window hours since the epoch
   * @return bytes settled
   * @throws HoldfastException order-invalid, limit-altered, limit-foreign-satellite,
   *     limit-foreign-node or window-already-settled; then nothing of the batch is settled
   */
  public long settle(RegisteredNode node, long window, List<HandedIn> orders) {
    requireClosed(window);
    if (orders.size() > MAX_ORDERS) {
      throw invalid(
          "the batch has %d orders, at most %d are allowed".formatted(orders.size(), MAX_ORDERS));
    }
    MessageDigest digest = LabeledHash.newSha256();
    SerialNumber previous = null;
    long settled = 0;
    for (HandedIn order : orders) {
      OrderLimit limit = requireValid(node, window, order);
      if (previous != null && limit.serial().compareTo(previous) <= 0) {
        throw invalid(
            "serial %s does not follow %s; serials must ascend"
                .formatted(limit.serial(), previous));
      }
      previous = limit.serial();
      settled = Math.addExact(settled, order.bytesServed());
      digest.update(order.orderLimit());
      digest.update(
          ByteBuffer.allocate(12).putLong(order.bytesServed()).putInt(order.depth()).array());
      digest.update(order.preimage());
    }
    byte[] batchHash = digest.digest();
    long settledBytes = settled;
    Instant now = clock.instant();
    return database.write(
        UnknownOutcome.REPEAT,
        connection ->
            record(connection, node.alias(), window, batchHash, orders.size(), settledBytes, now));
  }

  private void requireClosed(long window) {
    Instant now = clock.instant();
    Duration longest =
        config.putLifetime().compareTo(config.getLifetime()) > 0
            ? config.putLifetime()
            : config.getLifetime();
    long newest = SerialNumber.windowOf(now.minus(longest).minus(config.maxClockSkew())) - 1;
    if (window < 0 || window > newest) {
      throw invalid(
          "window %d is not closed yet; the newest closed one is %d".formatted(window, newest));
    }
  }

  private OrderLimit requireValid(RegisteredNode node, long window, HandedIn order) {
    OrderLimit limit = forge.requireOwn(SignedOrderLimit.parse(order.orderLimit()));
    if (!limit.nodeId().equals(node.id())) {
      throw new HoldfastException(
          ErrorCode.LIMIT_FOREIGN_NODE,
          "the order limit %s is for node %s, it was handed in by %s"
              .formatted(limit.serial(), limit.nodeId(), node.id()));
    }
    if (limit.serial().window() != window) {
      throw invalid(
          "serial %s is of window %d, not %d"
              .formatted(limit.serial(), limit.serial().window(), window));
    }
    if (!OrderChain.verify(limit, order.depth(), order.preimage())) {
      throw invalid(
          "the preimage for serial %s does not lead to its anchor in %d steps"
              .formatted(limit.serial(), order.depth()));
    }
    long paid = Math.min(limit.ceilingBytes(), (long) limit.chainUnitBytes() * order.depth());
    if (order.bytesServed() < 0 || order.bytesServed() > paid) {
      throw invalid(
          "serial %s claims %d bytes, its orders pay for %d"
              .formatted(limit.serial(), order.bytesServed(), paid));
    }
    return limit;
  }

  private static long record(
      Connection connection,
      int alias,
      long window,
      byte[] batchHash,
      int orderCount,
      long settledBytes,
      Instant now)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT batch_hash, settled_bytes FROM settled_windows WHERE node_alias = ? AND settled_window = ?")) {
      select.setInt(1, alias);
      select.setLong(2, window);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          if (MessageDigest.isEqual(row.getBytes(1), batchHash)) {
            return row.getLong(2);
          }
          throw new HoldfastException(
              ErrorCode.WINDOW_ALREADY_SETTLED,
              "window %d was settled before with another batch; its orders cannot be settled any more"
                  .formatted(window));
        }
      }
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO settled_windows (node_alias, settled_window, batch_hash, order_count, settled_bytes, settled_at)"
                + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setInt(1, alias);
      insert.setLong(2, window);
      insert.setBytes(3, batchHash);
      insert.setInt(4, orderCount);
      insert.setLong(5, settledBytes);
      insert.setObject(6, now.atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
    }
    return settledBytes;
  }

  private static HoldfastException invalid(String message) {
    return new HoldfastException(ErrorCode.ORDER_INVALID, message);
  }
}
