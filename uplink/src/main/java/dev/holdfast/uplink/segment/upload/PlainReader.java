package dev.holdfast.uplink.segment.upload;

import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.uplink.segment.PlainSource;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads a source stripe by stripe. A first look ahead tells short segments, so that what is asked
 * of nodes fits them.
 */
final class PlainReader {
  private static final int HEAD_BYTES = 4 * BlockLayout.BLOCK_PLAIN_BYTES;

  private final PlainSource source;
  private final long maxPlainBytes;
  private byte[] head = new byte[0];
  private int headTaken;
  private long readBytes;
  private boolean ended;

  /**
   * @param maxPlainBytes most bytes taken of the source
   */
  PlainReader(PlainSource source, long maxPlainBytes) {
    this.source = source;
    this.maxPlainBytes = maxPlainBytes;
  }

  /**
   * Reads the first bytes and answers how many bytes the segment may hold: exact if it is short.
   */
  long lookAhead() throws IOException {
    int most = (int) Math.min(HEAD_BYTES, maxPlainBytes);
    byte[] bytes = new byte[Math.min(most, BlockLayout.BLOCK_PLAIN_BYTES)];
    int filled = 0;
    while (!ended && filled < most) {
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(most, bytes.length * 2));
      }
      filled += readOnce(bytes, filled, bytes.length - filled);
    }
    head = Arrays.copyOf(bytes, filled);
    return ended ? filled : maxPlainBytes;
  }

  /** Fills as much of the array as there is; 0 at the end. */
  int read(byte[] into) throws IOException {
    int filled = Math.min(head.length - headTaken, into.length);
    System.arraycopy(head, headTaken, into, 0, filled);
    headTaken += filled;
    if (headTaken == head.length && headTaken > 0) {
      head = new byte[0];
      headTaken = 0;
    }
    while (!ended && filled < into.length) {
      filled += readOnce(into, filled, into.length - filled);
    }
    return filled;
  }

  private int readOnce(byte[] into, int offset, int length) throws IOException {
    int most = (int) Math.min(length, maxPlainBytes - readBytes);
    int read = most == 0 ? -1 : source.read(into, offset, most);
    if (read < 0) {
      ended = true;
      return 0;
    }
    readBytes += read;
    ended = readBytes == maxPlainBytes;
    return read;
  }
}
