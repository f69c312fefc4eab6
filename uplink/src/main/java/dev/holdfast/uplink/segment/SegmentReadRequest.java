package dev.holdfast.uplink.segment;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.StoredPieces;

/**
 * A run of plain bytes of one remote segment.
 *
 * @param layout authenticated by the wrap of the segment key: the only source of sizes
 * @param stored roots, share layout, scheme and offers as the satellite gave them
 * @param segmentKey key of the segment's blocks
 * @param offset first plain byte in the segment
 * @param length plain bytes, at least 1; offset + length is within the layout
 * @param ownership against which limits are checked
 * @param suspicions told of bad, refused and unreachable pieces
 */
public record SegmentReadRequest(
    BlockLayout layout,
    StoredPieces stored,
    SecretBytes segmentKey,
    long offset,
    long length,
    PieceOwnership ownership,
    SuspicionReporter suspicions) {}
