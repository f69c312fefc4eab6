package dev.holdfast.uplink.read;

import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.encryption.DetailRecord;
import java.util.Arrays;
import java.util.List;

/**
 * Where an object's segments lie, computed from its part table. Immutable.
 *
 * <p>Every segment of a part but its last holds the same count of plain bytes. Parts of 0 bytes are
 * left out: there is nothing to read in them.
 */
final class SegmentMap {
  /**
   * A segment as it must be.
   *
   * @param ordinal from 0 in the object
   * @param part the part's number
   * @param index from 0 in the part
   * @param offset first plain byte in the object
   * @param plainBytes plain bytes it holds
   * @param endsPart whether it is the last of its part
   */
  record Place(long ordinal, int part, int index, long offset, long plainBytes, boolean endsPart) {
    long end() {
      return offset + plainBytes;
    }
  }

  private final List<ObjectPart> parts;
  private final long segmentBytes;
  private final long[] partOffsets;
  private final long[] partOrdinals;
  private final long segmentCount;

  SegmentMap(DetailRecord detail) {
    this.parts = detail.parts().stream().filter(part -> part.sizeBytes() > 0).toList();
    this.segmentBytes = detail.segmentPlainBytes();
    this.partOffsets = new long[parts.size()];
    this.partOrdinals = new long[parts.size()];
    long offset = 0;
    long ordinal = 0;
    for (int i = 0; i < parts.size(); i++) {
      partOffsets[i] = offset;
      partOrdinals[i] = ordinal;
      offset = Math.addExact(offset, parts.get(i).sizeBytes());
      ordinal = Math.addExact(ordinal, segmentsOf(parts.get(i)));
    }
    this.segmentCount = ordinal;
  }

  long segmentCount() {
    return segmentCount;
  }

  /** The segment at a place in the order of the object. */
  Place at(long ordinal) {
    int part = lastAtOrBelow(partOrdinals, ordinal);
    return place(part, ordinal - partOrdinals[part]);
  }

  /** The segment that holds a plain byte of the object. */
  Place holding(long offset) {
    int part = lastAtOrBelow(partOffsets, offset);
    return place(part, (offset - partOffsets[part]) / segmentBytes);
  }

  private static int lastAtOrBelow(long[] rising, long value) {
    int found = Arrays.binarySearch(rising, value);
    return found >= 0 ? found : -found - 2;
  }

  private Place place(int partIndex, long indexInPart) {
    ObjectPart part = parts.get(partIndex);
    long inPart = indexInPart * segmentBytes;
    return new Place(
        partOrdinals[partIndex] + indexInPart,
        part.number(),
        Math.toIntExact(indexInPart),
        partOffsets[partIndex] + inPart,
        Math.min(segmentBytes, part.sizeBytes() - inPart),
        indexInPart == segmentsOf(part) - 1);
  }

  private long segmentsOf(ObjectPart part) {
    return Math.ceilDiv(part.sizeBytes(), segmentBytes);
  }
}
