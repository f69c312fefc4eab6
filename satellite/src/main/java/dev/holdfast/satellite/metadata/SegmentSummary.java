package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;

/**
 * What a commit must know of a segment that was committed before it.
 *
 * @param root empty for inline content
 * @param piecesExpireMillis 0: never
 */
record SegmentSummary(long plainBytes, ByteString root, long piecesExpireMillis) {}
