package dev.holdfast.uplink.segment;

import java.io.IOException;

/** The plain bytes of one segment, read once from front to back by one thread. */
public interface PlainSource {
  /**
   * Reads up to {@code length} bytes; blocks until at least one is there.
   *
   * @return the count of bytes read, or -1 at the end of the segment (for good)
   * @throws IOException when the writer has given up; the segment must then be abandoned
   */
  int read(byte[] into, int offset, int length) throws IOException;
}
