package dev.holdfast.satellite.orders;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.RootPieceId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What limits an upload needs.
 *
 * @param root the segment's root piece id
 * @param pieceNumbers one distinct node is wanted for each
 * @param minimum fewer offers than this are a refusal (too-few-nodes) that names need and have; 0
 *     accepts none
 * @param ceilingBytes most bytes of one piece
 * @param pieceExpires when nodes may drop the pieces by themselves; null: never
 * @param recoveryPublicKey the project's, 32 bytes; the owner's commitments are made from it
 * @param excluded nodes that must not be offered
 */
public record PutOfferRequest(
    RootPieceId root,
    List<Integer> pieceNumbers,
    int minimum,
    long ceilingBytes,
    @Nullable Instant pieceExpires,
    Bytes32 recoveryPublicKey,
    Set<NodeId> excluded) {
  public PutOfferRequest {
    pieceNumbers = List.copyOf(pieceNumbers);
    excluded = Set.copyOf(excluded);
  }
}
