package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.SignedOrderLimit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Decides whether an order limit is genuine, for this node, in time and for this kind of work.
 * Thread-safe.
 */
final class LimitVerifier {
  /**
   * How far in the future a limit may be created by the satellite's clock, for what measuring that
   * clock leaves open.
   */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final NodeId nodeId;
  private final SatelliteId satelliteId;
  private final NodeKeyRing keys;
  private final InstantSource satelliteClock;

  LimitVerifier(
      NodeId nodeId, SatelliteId satelliteId, NodeKeyRing keys, InstantSource satelliteClock) {
    this.nodeId = nodeId;
    this.satelliteId = satelliteId;
    this.keys = keys;
    this.satelliteClock = satelliteClock;
  }

  /** A limit that holds, with the keys of its epoch. */
  record Verified(SignedOrderLimit signed, NodeKeyRing.Keys keys) {
    OrderLimit limit() {
      return signed.limit();
    }
  }

  /**
   * Checks a serialized limit.
   *
   * @param put whether bytes are to come in
   * @throws HoldfastException with a code for every reason to refuse it
   */
  Verified verify(byte[] serialized, boolean put) {
    SignedOrderLimit signed = SignedOrderLimit.parse(serialized);
    OrderLimit limit = signed.limit();
    refuseUnless(
        limit.satelliteId().equals(satelliteId),
        ErrorCode.LIMIT_FOREIGN_SATELLITE,
        "The order limit is from satellite "
            + limit.satelliteId()
            + "; this node works for "
            + satelliteId
            + ".");
    refuseUnless(
        limit.nodeId().equals(nodeId),
        ErrorCode.LIMIT_FOREIGN_NODE,
        "The order limit is for node " + limit.nodeId() + ", this is " + nodeId + ".");
    NodeKeyRing.Keys epochKeys = keys.find(limit.epoch());
    if (epochKeys == null) {
      throw new HoldfastException(
          ErrorCode.LIMIT_UNKNOWN_EPOCH,
          "This node has no keys of epoch "
              + limit.epoch()
              + " yet; it fetches them at its next check-in.");
    }
    refuseUnless(
        signed.verify(epochKeys.limitKey()),
        ErrorCode.LIMIT_ALTERED,
        "The order limit "
            + limit.serial()
            + " was not authenticated by the satellite as it stands.");
    checkTime(limit);
    refuseUnless(
        limit.action().isPut() == put,
        ErrorCode.LIMIT_WRONG_ACTION,
        "The order limit "
            + limit.serial()
            + " permits "
            + limit.action()
            + ", not to "
            + (put ? "put" : "get")
            + ".");
    return new Verified(signed, epochKeys);
  }

  private void checkTime(OrderLimit limit) {
    Instant now = satelliteClock.instant();
    refuseUnless(
        limit.expires().isAfter(now),
        ErrorCode.LIMIT_EXPIRED,
        "The order limit "
            + limit.serial()
            + " expired at "
            + limit.expires()
            + ", it is "
            + now
            + "; ask for a new one.");
    refuseUnless(
        !limit.created().isAfter(now.plus(TOLERANCE)),
        ErrorCode.LIMIT_NOT_YET_VALID,
        "The order limit "
            + limit.serial()
            + " was created at "
            + limit.created()
            + ", but it is "
            + now
            + " only.");
  }

  private static void refuseUnless(boolean condition, ErrorCode code, String message) {
    if (!condition) {
      throw new HoldfastException(code, message);
    }
  }
}
