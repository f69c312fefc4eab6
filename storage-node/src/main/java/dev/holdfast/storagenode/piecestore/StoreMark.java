package dev.holdfast.storagenode.piecestore;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Counters written down before a log is deleted. Body of a mark region: version u8, 7 zero bytes,
 * sequence floor u64, day u64, bytes released from trash on that day u64, CRC32C.
 *
 * @param sequenceFloor above every sequence number given out so far
 */
record StoreMark(long sequenceFloor, long day, long releasedBytes) {
  static final int BODY_BYTES = 36;
  static final int REGION_BYTES = LogFormat.aligned(LogFormat.FRAME_BYTES + BODY_BYTES);

  private static final int VERSION = 1;

  /** Appends the body to a buffer backed by an array. */
  void write(ByteBuffer out) {
    int start = out.position();
    out.putLong((long) VERSION << 56).putLong(sequenceFloor).putLong(day).putLong(releasedBytes);
    out.putInt(LogFormat.crc(out.array(), out.arrayOffset() + start, BODY_BYTES - 4));
  }

  static @Nullable StoreMark parse(byte[] bytes) {
    if (bytes.length < BODY_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes[0] != VERSION
        || in.getInt(BODY_BYTES - 4) != LogFormat.crc(bytes, 0, BODY_BYTES - 4)) {
      return null;
    }
    return new StoreMark(in.getLong(8), in.getLong(16), in.getLong(24));
  }
}
