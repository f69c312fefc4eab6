package dev.holdfast.storagenode.contact;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.wire.SettleOrdersRequest;
import dev.holdfast.protocol.wire.SettledOrder;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.orders.SettledSession;
import java.time.InstantSource;

/**
 * Hands the orders of closed windows in, one batch a window. A window that cannot be settled within
 * two days is given up. For one thread.
 */
final class OrderSettlement {
  private static final long GIVE_UP_WINDOWS = 48;

  /** The most orders that a satellite takes in one batch. */
  private static final int MAX_ORDERS = 25_000;

  private final SatelliteCalls satellite;
  private final OrderBook orders;
  private final InstantSource clock;

  OrderSettlement(SatelliteCalls satellite, OrderBook orders, InstantSource clock) {
    this.satellite = satellite;
    this.orders = orders;
    this.clock = clock;
  }

  /** Tries to settle every closed window once; returns the bytes settled. */
  long runOnce() {
    long settled = 0;
    for (long window : orders.closedWindows()) {
      try {
        SettleOrdersRequest batch = batch(window);
        settled +=
            batch.getOrdersCount() == 0 ? 0 : satellite.settleOrders(batch).getSettledBytes();
        orders.drop(window);
      } catch (HoldfastException e) {
        boolean givenUp = window + GIVE_UP_WINDOWS < SerialNumber.windowOf(clock.instant());
        if (e.code() == ErrorCode.WINDOW_ALREADY_SETTLED || givenUp) {
          orders.drop(window);
        } else if (e.code().retryable()) {
          return settled;
        }
      }
    }
    return settled;
  }

  private SettleOrdersRequest batch(long window) {
    SettleOrdersRequest.Builder batch = SettleOrdersRequest.newBuilder().setWindow(window);
    for (SettledSession session : orders.read(window)) {
      if (session.depth() > 0 && session.bytes() > 0 && batch.getOrdersCount() < MAX_ORDERS) {
        OrderLimit limit = session.limit().limit();
        long paid = Math.min(limit.ceilingBytes(), (long) session.depth() * limit.chainUnitBytes());
        batch.addOrders(
            SettledOrder.newBuilder()
                .setOrderLimit(ByteString.copyFrom(session.limit().serialized()))
                .setBytesServed(Math.min(paid, session.bytes()))
                .setDepth(session.depth())
                .setPreimage(ByteString.copyFrom(session.preimage().toByteArray())));
      }
    }
    return batch.build();
  }
}
