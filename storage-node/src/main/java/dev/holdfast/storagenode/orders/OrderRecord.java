package dev.holdfast.storagenode.orders;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.order.SerialNumber;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of an order log. Layout: kind u8, length of the body u16, body, CRC32C u32 of all
 * before. A limit's body is the serialized order limit; a state's body is serial 16, depth u16,
 * preimage 32, bytes u64, used-for-put u8, and supersedes the serial's earlier states.
 */
sealed interface OrderRecord {
  /** The most bytes of a body. */
  int MAX_BODY_BYTES = 1_024;

  int LIMIT_KIND = 1;
  int STATE_KIND = 2;
  int STATE_BYTES = SerialNumber.LENGTH + 2 + Bytes32.LENGTH + 8 + 1;

  /** The limit of the serials' states that follow. */
  record Limit(byte[] serialized) implements OrderRecord {}

  /** What is known of a serial now. */
  record State(SerialNumber serial, int depth, Bytes32 preimage, long bytes, boolean usedForPut)
      implements OrderRecord {}

  default ByteBuffer toBytes() {
    byte[] body =
        switch (this) {
          case Limit limit -> limit.serialized();
          case State state -> {
            ByteBuffer out = ByteBuffer.allocate(STATE_BYTES);
            out.put(state.serial().toByteArray()).putShort((short) state.depth());
            state.preimage().write(out);
            yield out.putLong(state.bytes()).put((byte) (state.usedForPut() ? 1 : 0)).array();
          }
        };
    ByteBuffer out = ByteBuffer.allocate(3 + body.length + 4);
    out.put((byte) (this instanceof Limit ? LIMIT_KIND : STATE_KIND))
        .putShort((short) body.length)
        .put(body);
    return out.putInt(crc(out.array(), body.length + 3)).flip();
  }

  /** The next record, or null at the end or at the first damaged one. */
  static @Nullable OrderRecord read(ByteBuffer in) {
    if (in.remaining() < 7) {
      return null;
    }
    int start = in.position();
    int kind = in.get();
    int length = Short.toUnsignedInt(in.getShort());
    if (length > MAX_BODY_BYTES || in.remaining() < length + 4) {
      return null;
    }
    byte[] whole = new byte[3 + length];
    in.get(start, whole);
    in.position(start + 3 + length);
    if (in.getInt() != crc(whole, whole.length)) {
      return null;
    }
    ByteBuffer body = ByteBuffer.wrap(whole, 3, length);
    if (kind == LIMIT_KIND) {
      byte[] serialized = new byte[length];
      body.get(serialized);
      return new Limit(serialized);
    }
    if (kind != STATE_KIND || length != STATE_BYTES) {
      return null;
    }
    SerialNumber serial = SerialNumber.read(body);
    int depth = Short.toUnsignedInt(body.getShort());
    Bytes32 preimage = Bytes32.read(body);
    return new State(serial, depth, preimage, body.getLong(), body.get() != 0);
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
