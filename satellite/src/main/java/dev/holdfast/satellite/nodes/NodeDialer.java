package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.ShareLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the satellite asks of a node's piece service, over mutual TLS and with a time limit on
 * everything. Blocks, so call it from virtual threads. Thread-safe.
 */
public interface NodeDialer {

  /**
   * Deletes pieces; one that the node does not have counts as done.
   *
   * @throws NodeUnreachableException when the node did not answer that it did; asking again is
   *     harmless
   */
  void delete(RegisteredNode node, List<PieceId> pieces) throws NodeUnreachableException;

  /**
   * Asks for one whole share with its proof, under an audit limit.
   *
   * @param shareBytes size of that stripe's share
   */
  ShareAnswer fetchShare(
      RegisteredNode node, SignedOrderLimit limit, OrderChain chain, int stripe, int shareBytes);

  /**
   * Lists pieces in the order of their ids.
   *
   * @param after exclusive; null: from the start
   * @throws NodeUnreachableException when the node did not answer
   */
  PieceList list(RegisteredNode node, @Nullable PieceId after, int limit)
      throws NodeUnreachableException;

  /** What came of asking for a share. */
  sealed interface ShareAnswer {

    /** The node sent a share and what it calls the proof. */
    record Share(Evidence evidence) implements ShareAnswer {}

    /** The node said no. */
    record Refused(ErrorCode code) implements ShareAnswer {}

    /** Nothing certain: a time-out, a broken connection, another peer at the address. */
    record Unreachable(String reason) implements ShareAnswer {}
  }

  /** A share with its path, not judged yet. */
  @FunctionalInterface
  interface Evidence {
    /**
     * Whether this is the share that the segment root covers at the piece and stripe that were
     * asked for.
     */
    boolean proves(ShareLayout layout, Bytes32 segmentRoot);
  }

  /** A page of a node's pieces; {@code more} when others follow. */
  record PieceList(List<PieceId> pieces, boolean more) {}

  /** The node did not answer. */
  final class NodeUnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    public NodeUnreachableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
