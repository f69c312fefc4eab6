package dev.holdfast.piececlient;

import dev.holdfast.protocol.frame.ShareRange;

/**
 * Bytes of a share to read and where they go.
 *
 * @param range stripe, offset in the share and length
 * @param into receives the bytes
 * @param offset of the first byte in {@code into}
 */
public record ShareSlot(ShareRange range, byte[] into, int offset) {
  public ShareSlot {
    if (offset < 0 || offset + range.length() > into.length) {
      throw new IllegalArgumentException(
          range + " at " + offset + " does not fit into " + into.length + " bytes");
    }
  }
}
