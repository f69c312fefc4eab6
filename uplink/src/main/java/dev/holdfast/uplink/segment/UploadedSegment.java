package dev.holdfast.uplink.segment;

import dev.holdfast.protocol.wire.CommittedSegment;

/**
 * A segment whose pieces have receipts, to be committed by the caller.
 *
 * @param message complete: part, index, ids, wrapped segment key, block layout and pieces
 * @param plainBytes plain bytes it holds
 */
public record UploadedSegment(CommittedSegment message, long plainBytes) {}
