package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.segment.ShareLayout;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node keeps beside the bytes of a piece.
 *
 * @param layout sizes and counts of the shares
 * @param pieceRoot Merkle root of the piece's shares
 * @param segmentRoot Merkle root of the segment
 * @param piecePath hashes from the piece root up to the segment tree's top, nearest first
 * @param ownerCommitment what the owner's recovery key can be checked against
 * @param expires when the piece may be forgotten, null for never
 * @param received when this node stored it
 * @param sequence its place in this node's order of events, from 1
 */
public record PieceHeader(
    PieceId id,
    ShareLayout layout,
    Bytes32 pieceRoot,
    Bytes32 segmentRoot,
    List<Bytes32> piecePath,
    Bytes32 ownerCommitment,
    @Nullable Instant expires,
    Instant received,
    long sequence) {
  public PieceHeader {
    piecePath = List.copyOf(piecePath);
  }
}
