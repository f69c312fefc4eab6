package dev.holdfast.satellite.orders;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.order.IssuedOrderLimit;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.OwnerCommitment;
import dev.holdfast.protocol.piece.PieceId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Makes order limits and recognizes its own. Thread-safe; keeps nothing but keys. */
public final class LimitForge {

  private final SatelliteId satelliteId;
  private final OrderKeys keys;
  private final InstantSource clock;
  private final SecureRandom random;

  public LimitForge(
      SatelliteId satelliteId, OrderKeys keys, InstantSource clock, SecureRandom random) {
    this.satelliteId = satelliteId;
    this.keys = keys;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Issues a limit that starts now.
   *
   * @param ceilingBytes the most bytes of the session
   * @param pieceBytes exact size for gets, 0 for puts
   */
  public IssuedOrderLimit issue(
      PieceAction action,
      NodeId node,
      PieceId piece,
      long ceilingBytes,
      long pieceBytes,
      Duration lifetime,
      @Nullable Instant pieceExpires,
      Bytes32 recoveryPublicKey) {
    Instant now = clock.instant();
    OrderLimit terms =
        OrderLimit.terms(
            satelliteId,
            keys.currentEpoch(),
            SerialNumber.draw(now, random),
            now,
            now.plus(lifetime),
            node,
            action,
            piece,
            ceilingBytes,
            pieceBytes,
            pieceExpires,
            OwnerCommitment.of(recoveryPublicKey.toByteArray(), piece));
    return OrderChain.issue(
        terms, keys.settlementKey(terms.epoch()), keys.current(node).limitKey());
  }

  /**
   * Reads a limit and requires that this satellite issued it. The MAC alone does not show that,
   * since the node knows its own key; the anchor does.
   *
   * @throws HoldfastException limit-altered, limit-foreign-satellite or limit-unknown-epoch
   */
  public OrderLimit requireOwn(SignedOrderLimit signed) {
    OrderLimit limit = signed.limit();
    if (!limit.satelliteId().equals(satelliteId)) {
      throw new HoldfastException(
          ErrorCode.LIMIT_FOREIGN_SATELLITE,
          "the order limit was issued by satellite %s, this is %s"
              .formatted(limit.satelliteId(), satelliteId));
    }
    OrderKeys.NodeKeys nodeKeys =
        keys.find(limit.epoch(), limit.nodeId())
            .orElseThrow(() ->
                new HoldfastException(
                    ErrorCode.LIMIT_UNKNOWN_EPOCH,
                    "the order limit is of epoch %d, this satellite's newest is %d"
                        .formatted(limit.epoch(), keys.currentEpoch())));
    if (!signed.verify(nodeKeys.limitKey())) {
      throw altered(limit);
    }
    if (!OrderChain.anchor(limit, OrderChain.seed(keys.settlementKey(limit.epoch()), limit))
        .equals(limit.chainAnchor())) {
      throw altered(limit);
    }
    return limit;
  }

  private static HoldfastException altered(OrderLimit limit) {
    return new HoldfastException(
        ErrorCode.LIMIT_ALTERED,
        "the order limit %s is not as this satellite issued it; ask for a new one"
            .formatted(limit.serial()));
  }
}
