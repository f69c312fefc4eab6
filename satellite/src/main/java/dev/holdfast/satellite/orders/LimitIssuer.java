package dev.holdfast.satellite.orders;

import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.metadata.StoredSegment;
import java.util.List;

/** Issues order limits and checks what nodes answered to them. Thread-safe; keeps nothing. */
public interface LimitIssuer {
  /**
   * Put limits on fresh, distinct, eligible nodes, for as many of the asked piece numbers as there
   * are nodes, in the order asked.
   *
   * @throws dev.holdfast.protocol.error.HoldfastException too-few-nodes, below the request's
   *     minimum
   */
  List<PieceOffer> offerPuts(PutOfferRequest request);

  /** Get limits for every piece of the segment on a node that is not known dead; perhaps none. */
  List<PieceOffer> offerGets(StoredSegment segment);

  /**
   * Checks the limit's MAC, that it is a put limit for a piece of this root, the receipt's MAC and
   * that it answers this limit, that both are fresh, and the size against the ceiling. Sizes
   * against the share layout, and roots against each other, are the caller's.
   *
   * @throws dev.holdfast.protocol.error.HoldfastException receipt-invalid, limit-altered,
   *     limit-foreign-satellite, limit-wrong-action, limit-expired
   */
  VerifiedReceipt verify(UploadedPiece piece, RootPieceId root);
}
