package dev.holdfast.s3gateway.operation;

import dev.holdfast.uplink.ByteRange;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The Range header. One that is malformed or names several ranges counts as absent, as HTTP allows.
 */
final class RangeHeader {
  private static final String UNIT = "bytes=";

  private RangeHeader() {}

  static Optional<ByteRange> parse(String header) {
    if (!header.startsWith(UNIT) || header.indexOf(',') >= 0) {
      return Optional.empty();
    }
    String range = header.substring(UNIT.length()).strip();
    int dash = range.indexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    OptionalLong first = number(range.substring(0, dash));
    OptionalLong last = number(range.substring(dash + 1));
    if (first.isEmpty()) {
      return dash == 0 && last.isPresent()
          ? Optional.of(new ByteRange.Suffix(last.getAsLong()))
          : Optional.empty();
    }
    if (dash == range.length() - 1) {
      return Optional.of(new ByteRange.FromToEnd(first.getAsLong()));
    }
    if (last.isEmpty() || last.getAsLong() < first.getAsLong()) {
      return Optional.empty();
    }
    long length = last.getAsLong() - first.getAsLong();
    return Optional.of(
        length == Long.MAX_VALUE
            ? new ByteRange.FromToEnd(first.getAsLong())
            : new ByteRange.From(first.getAsLong(), length + 1));
  }

  /** First byte and count of a range in an object; empty when no byte of it is in the range. */
  static Optional<Span> resolve(ByteRange range, long sizeBytes) {
    Span span =
        switch (range) {
          case ByteRange.From(long offset, long length) ->
              new Span(offset, Math.min(length, sizeBytes - offset));
          case ByteRange.FromToEnd(long offset) -> new Span(offset, sizeBytes - offset);
          case ByteRange.Suffix(long length) ->
              new Span(sizeBytes - Math.min(length, sizeBytes), Math.min(length, sizeBytes));
        };
    return span.offset() < sizeBytes && span.length() > 0 ? Optional.of(span) : Optional.empty();
  }

  /** A run of an object's bytes. */
  record Span(long offset, long length) {
    String contentRange(long sizeBytes) {
      return "bytes " + offset + "-" + (offset + length - 1) + "/" + sizeBytes;
    }
  }

  private static OptionalLong number(String digits) {
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.of(Long.MAX_VALUE);
    }
  }
}
