package dev.holdfast.satellite.metadata;

/**
 * Plain bytes of an object.
 *
 * @param offset from 0
 * @param length -1: to the end
 * @param suffix the last {@code length} bytes; the offset is ignored
 */
public record PlainRange(long offset, long length, boolean suffix) {
  /** The first byte in an object of this size. */
  long first(long plainBytes) {
    if (suffix) {
      return length < 0 ? 0 : Math.max(0, plainBytes - length);
    }
    return offset;
  }

  /** One after the last byte. */
  long end(long plainBytes) {
    if (suffix || length < 0) {
      return plainBytes;
    }
    return length > plainBytes - offset ? plainBytes : offset + length;
  }
}
