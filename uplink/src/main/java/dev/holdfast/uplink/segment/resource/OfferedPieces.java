package dev.holdfast.uplink.segment.resource;

import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.piececlient.NodeTarget;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.OwnerCommitment;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.uplink.segment.PieceOwnership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns a satellite's offers into sessions, after checking that they are what was asked for: the
 * satellite is the grant's, the owner's commitment is made of the grant's recovery key, piece, node
 * and action fit, and nothing is offered twice.
 */
public final class OfferedPieces {
  private final PieceOwnership ownership;
  private final RootPieceId root;
  private final PieceAction action;
  private final int total;

  /**
   * @param root of the segment whose pieces are offered
   * @param total pieces of the segment
   */
  public OfferedPieces(PieceOwnership ownership, RootPieceId root, PieceAction action, int total) {
    this.ownership = ownership;
    this.root = root;
    this.action = action;
    this.total = total;
  }

  /**
   * One session for each offer, in their order.
   *
   * @throws HoldfastException with {@code limit-altered}, {@code limit-foreign-satellite} or {@code
   *     limit-wrong-action} when an offer is not what was asked for
   */
  public List<LimitSession> sessions(List<PieceOffer> offers) {
    Set<Integer> numbers = new HashSet<>();
    List<LimitSession> sessions = new ArrayList<>(offers.size());
    byte[] recoveryKey = ownership.recoveryPublicKey();
    for (PieceOffer offer : offers) {
      SignedOrderLimit signed = SignedOrderLimit.parse(offer.getOrderLimit().toByteArray());
      OrderLimit limit = signed.limit();
      PieceId piece = limit.pieceId();
      check(
          limit.satelliteId().equals(ownership.satelliteId()),
          ErrorCode.LIMIT_FOREIGN_SATELLITE,
          limit,
          "its satellite is "
              + limit.satelliteId()
              + ", the grant's is "
              + ownership.satelliteId());
      check(
          limit.action() == action,
          ErrorCode.LIMIT_WRONG_ACTION,
          limit,
          "it allows " + limit.action() + ", asked was " + action);
      check(
          piece.root().equals(root)
              && piece.pieceNumber() == offer.getPieceNumber()
              && piece.pieceNumber() < total
              && numbers.add(piece.pieceNumber()),
          ErrorCode.LIMIT_ALTERED,
          limit,
          "it is not for piece " + offer.getPieceNumber() + " of " + root + ", or that twice");
      check(
          limit.ownerCommitment().equals(OwnerCommitment.of(recoveryKey, piece)),
          ErrorCode.LIMIT_ALTERED,
          limit,
          "its owner's commitment is not made of this grant's recovery key");
      sessions.add(session(offer, signed));
    }
    return sessions;
  }

  private static LimitSession session(PieceOffer offer, SignedOrderLimit signed) {
    try {
      return new LimitSession(
          NodeTarget.parse(signed.limit().nodeId(), offer.getNodeAddress()),
          signed,
          OrderChain.of(signed.limit(), SecretBytes.copyOf(offer.getChainSeed().toByteArray())));
    } catch (IllegalArgumentException e) {
      throw new HoldfastException(
          ErrorCode.LIMIT_ALTERED,
          "The satellite's offer of piece "
              + signed.limit().pieceId()
              + " is not usable: "
              + e.getMessage(),
          e);
    }
  }

  private static void check(boolean holds, ErrorCode code, OrderLimit limit, String message) {
    if (!holds) {
      throw new HoldfastException(
          code,
          "The satellite's offer of piece " + limit.pieceId() + " is not usable: " + message + ".");
    }
  }
}
