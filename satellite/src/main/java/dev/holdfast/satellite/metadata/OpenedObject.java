package dev.holdfast.satellite.metadata;

import dev.holdfast.protocol.piece.RootPieceId;
import java.util.List;
import java.util.Map;

/**
 * An object's row with what a reader needs to begin.
 *
 * @param parts in ascending order
 * @param segments those that hold the asked plain range, ascending, up to the limit
 * @param stored the stored segments they refer to
 */
public record OpenedObject(
    ObjectVersion object,
    List<ObjectPart> parts,
    List<PlacedSegment> segments,
    Map<RootPieceId, StoredSegment> stored,
    boolean moreSegments) {
  public OpenedObject {
    parts = List.copyOf(parts);
    segments = List.copyOf(segments);
    stored = Map.copyOf(stored);
  }

  /**
   * A segment and where it stands in the object.
   *
   * @param plainOffset in the object
   */
  public record PlacedSegment(int part, long plainOffset, Segment segment) {}
}
