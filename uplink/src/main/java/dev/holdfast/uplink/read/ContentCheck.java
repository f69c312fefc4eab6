package dev.holdfast.uplink.read;

import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.encryption.ContentDigest;
import dev.holdfast.uplink.object.ObjectRows;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Checks that all segments of an object are those that were written, in order: each wrapped segment
 * key goes into the digest that the detail record holds. Confined to one thread.
 */
final class ContentCheck {
  private final byte[] expected;
  private final ContentDigest object = ContentDigest.ofObject();
  private final List<byte[]> taken = new ArrayList<>();
  private ContentDigest part = ContentDigest.ofPart();
  private boolean matched;

  ContentCheck(byte[] expected) {
    this.expected = expected;
  }

  /** Takes a segment's wrapped key; when its page was asked for again it must be the same key. */
  void add(SegmentMap.Place place, byte[] wrappedKey) {
    if (place.ordinal() < taken.size()) {
      if (!Arrays.equals(taken.get((int) place.ordinal()), wrappedKey)) {
        throw mixed();
      }
      return;
    }
    taken.add(wrappedKey);
    part.add(wrappedKey);
    if (place.endsPart()) {
      object.add(part.finish());
      part = ContentDigest.ofPart();
    }
  }

  /** Compares once all of the segments were taken. */
  void requireMatch(long segmentCount) {
    if (!matched
        && (taken.size() != segmentCount || !MessageDigest.isEqual(expected, object.finish()))) {
      throw mixed();
    }
    matched = true;
  }

  private static HoldfastException mixed() {
    return ObjectRows.altered(
        "its segments are not the ones it was committed with; the satellite mixed or dropped some");
  }
}
