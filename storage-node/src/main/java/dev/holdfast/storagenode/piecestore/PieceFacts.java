package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.identity.Bytes32;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a piece once all of its bytes have arrived and were verified.
 *
 * @param pieceRoot Merkle root of the piece's shares
 * @param segmentRoot Merkle root of the segment
 * @param piecePath hashes from the piece root to the segment tree's top
 * @param leaves the hash of every share, in stripe order
 * @param ownerCommitment from the order limit
 * @param expires from the order limit, null for never
 */
public record PieceFacts(
    Bytes32 pieceRoot,
    Bytes32 segmentRoot,
    List<Bytes32> piecePath,
    List<Bytes32> leaves,
    Bytes32 ownerCommitment,
    @Nullable Instant expires) {
  public PieceFacts {
    piecePath = List.copyOf(piecePath);
    leaves = List.copyOf(leaves);
  }
}
