package dev.holdfast.piececlient;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.SignedOrderLimit;

/**
 * The use of one order limit: what was asked under it so far and the preimages that pay for it. All
 * requests under a limit go through one session, since a node counts bytes per limit. Thread-safe.
 */
public final class LimitSession {
  private final NodeTarget node;
  private final SignedOrderLimit limit;
  private final OrderChain chain;
  private long askedBytes;

  /**
   * @param node must be the limit's node
   * @throws IllegalArgumentException if the limit is another node's
   */
  public LimitSession(NodeTarget node, SignedOrderLimit limit, OrderChain chain) {
    if (!limit.limit().nodeId().equals(node.id())) {
      throw new IllegalArgumentException(
          "the limit is for node " + limit.limit().nodeId() + ", not for " + node.id());
    }
    this.node = node;
    this.limit = limit;
    this.chain = chain;
  }

  public NodeTarget node() {
    return node;
  }

  public OrderLimit limit() {
    return limit.limit();
  }

  public SignedOrderLimit signedLimit() {
    return limit;
  }

  /** Bytes that may still be asked for. */
  public synchronized long remainingBytes() {
    return limit.limit().ceilingBytes() - askedBytes;
  }

  /**
   * Adds bytes to what this session asks for.
   *
   * @return the depth of the preimage that pays for all of it
   * @throws HoldfastException with {@code limit-ceiling-exceeded} when the limit does not allow
   *     them
   */
  synchronized int ask(long bytes) {
    long asked = askedBytes + bytes;
    if (asked > limit.limit().ceilingBytes()) {
      throw new HoldfastException(
          ErrorCode.LIMIT_CEILING_EXCEEDED,
          "piece "
              + limit.limit().pieceId()
              + ": "
              + asked
              + " bytes asked, the limit allows "
              + limit.limit().ceilingBytes()
              + "; ask the satellite for a new one.");
    }
    askedBytes = asked;
    return chain.depthFor(asked);
  }

  Bytes32 preimage(int depth) {
    return Bytes32.of(chain.preimage(depth));
  }
}
