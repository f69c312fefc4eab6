package dev.holdfast.uplink;

/**
 * Bytes of an object. Sealed so that a range is resolved against the true size in one place.
 *
 * <p>Resolution answers {@code range-invalid} when no byte of the object is in the range.
 */
public sealed interface ByteRange {
  /** From an offset, at most so many bytes; cut at the object's end. */
  record From(long offset, long length) implements ByteRange {}

  /** From an offset to the end. */
  record FromToEnd(long offset) implements ByteRange {}

  /** The last so many bytes. */
  record Suffix(long length) implements ByteRange {}
}
