package dev.holdfast.uplink.read;

import dev.holdfast.uplink.encryption.ContentDigest;
import dev.holdfast.uplink.object.ObjectRows;
import java.security.MessageDigest;

/**
 * Checks that all segments of an object are those that were written, in order: each wrapped segment
 * key goes into the digest that the detail record holds. Confined to one thread.
 */
final class ContentCheck {
  private final byte[] expected;
  private final ContentDigest object = ContentDigest.ofObject();
  private ContentDigest part = ContentDigest.ofPart();
  private long next;

  ContentCheck(byte[] expected) {
    this.expected = expected;
  }

  /**
   * Takes a segment's wrapped key; one that was taken before, when a page was asked for again, is
   * passed over.
   */
  void add(SegmentMap.Place place, byte[] wrappedKey) {
    if (place.ordinal() != next) {
      return;
    }
    next++;
    part.add(wrappedKey);
    if (place.endsPart()) {
      object.add(part.finish());
      part = ContentDigest.ofPart();
    }
  }

  /** Compares once all of the segments were taken. */
  void requireMatch(long segmentCount) {
    if (next != segmentCount || !MessageDigest.isEqual(expected, object.finish())) {
      throw ObjectRows.altered(
          "its segments are not the ones it was committed with; the satellite mixed or dropped some");
    }
  }
}
