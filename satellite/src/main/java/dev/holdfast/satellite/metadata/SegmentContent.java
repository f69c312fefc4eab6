package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.piece.RootPieceId;

/** Where a segment's ciphertext stands. */
public sealed interface SegmentContent {
  /** In the row itself. */
  record Inline(ByteString ciphertext) implements SegmentContent {}

  /** On nodes. */
  record Stored(RootPieceId root) implements SegmentContent {}
}
