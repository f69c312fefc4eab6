package dev.holdfast.uplink.read;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.PlainRange;
import dev.holdfast.uplink.ByteRange;
import java.util.Optional;

/**
 * A range of an object whose size is known.
 *
 * @param offset first plain byte
 * @param length plain bytes
 */
record ResolvedRange(long offset, long length) {
  long end() {
    return offset + length;
  }

  /**
   * Resolves a range against the true size.
   *
   * @throws HoldfastException with {@code range-invalid} when no byte of the object is in it
   */
  static ResolvedRange of(Optional<ByteRange> asked, long sizeBytes) {
    if (asked.isEmpty()) {
      return new ResolvedRange(0, sizeBytes);
    }
    ResolvedRange resolved =
        switch (asked.get()) {
          case ByteRange.From(long offset, long length) -> cut(offset, length, sizeBytes);
          case ByteRange.FromToEnd(long offset) -> cut(offset, Long.MAX_VALUE, sizeBytes);
          case ByteRange.Suffix(long length) ->
              cut(Math.max(0, sizeBytes - Math.max(0, length)), length, sizeBytes);
        };
    if (resolved.length() < 1) {
      throw new HoldfastException(
          ErrorCode.RANGE_INVALID,
          "The range holds no byte of the object, which has " + sizeBytes + " bytes.");
    }
    return resolved;
  }

  /** The range as it is asked of the satellite, before the size is known. */
  static PlainRange wire(Optional<ByteRange> asked) {
    PlainRange.Builder range = PlainRange.newBuilder();
    if (asked.isEmpty()) {
      return range.setLength(-1).build();
    }
    return switch (asked.get()) {
      case ByteRange.From(long offset, long length) ->
          range.setOffset(notNegative(offset)).setLength(notNegative(length)).build();
      case ByteRange.FromToEnd(long offset) ->
          range.setOffset(notNegative(offset)).setLength(-1).build();
      case ByteRange.Suffix(long length) ->
          range.setLength(notNegative(length)).setSuffix(true).build();
    };
  }

  private static ResolvedRange cut(long offset, long length, long sizeBytes) {
    return new ResolvedRange(offset, Math.min(length, sizeBytes - offset));
  }

  private static long notNegative(long value) {
    if (value < 0) {
      throw new HoldfastException(
          ErrorCode.RANGE_INVALID,
          "Offsets and lengths of ranges are not negative; this is " + value + ".");
    }
    return value;
  }
}
