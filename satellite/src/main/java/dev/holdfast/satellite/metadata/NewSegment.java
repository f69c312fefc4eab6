package dev.holdfast.satellite.metadata;

import dev.holdfast.satellite.nodes.PlacedPiece;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment that an uplink commits, checked against its token and receipts.
 *
 * @param stored null for inline content
 * @param unused pieces that were offered and are not part of the segment
 */
public record NewSegment(
    Segment segment, @Nullable StoredSegment stored, List<PlacedPiece> unused) {
  public NewSegment {
    unused = List.copyOf(unused);
    if ((stored == null) != (segment.content() instanceof SegmentContent.Inline)) {
      throw new IllegalArgumentException("content and stored segment do not belong together");
    }
  }
}
