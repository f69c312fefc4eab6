package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.segment.BlockLayout;

/**
 * One segment of an attempt.
 *
 * @param index from 0 in its attempt
 */
public record Segment(
    int index,
    int cipherId,
    int keyEpoch,
    ByteString wrappedSegmentKey,
    BlockLayout layout,
    SegmentContent content) {}
