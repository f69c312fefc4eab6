package dev.holdfast.satellite.audit;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.PieceId;

/**
 * A piece that an uplink could not read as it should.
 *
 * @param stripe where the bad share was; 0 for other reasons
 */
public record SuspectedPiece(PieceId piece, NodeId nodeId, int stripe, Reason reason) {
  /** Why the uplink suspects the piece. */
  public enum Reason {
    BAD_SHARE,
    REFUSED,
    UNREACHABLE
  }
}
