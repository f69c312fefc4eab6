package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.Checksum;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what {@link RecordWriter} wrote; every malformation is {@code content-altered}. Confined to
 * one thread.
 */
final class RecordReader {
  static final int MAX_MAP_ENTRIES = 1024;

  private final ByteBuffer in;

  private RecordReader(byte[] record) {
    this.in = ByteBuffer.wrap(record);
  }

  /** Reads a whole record; bytes left over are a malformation. */
  static <T> T read(byte[] record, int version, Function<RecordReader, T> fields) {
    RecordReader reader = new RecordReader(record);
    try {
      int found = reader.u8();
      if (found != version) {
        throw new HoldfastException(
            ErrorCode.VERSION_UNSUPPORTED,
            "A metadata record's fields have version "
                + found
                + "; this release reads version "
                + version
                + ": update it.");
      }
      T result = fields.apply(reader);
      if (reader.in.hasRemaining()) {
        throw malformed(reader.in.remaining() + " bytes are left over");
      }
      return result;
    } catch (BufferUnderflowException e) {
      throw malformed("it ends too early");
    }
  }

  int u8() {
    return in.get() & 0xFF;
  }

  int u16() {
    return in.getShort() & 0xFFFF;
  }

  /** A u32 that fits in an int and is at most {@code max}. */
  int count(int max) {
    int value = in.getInt();
    if (value < 0 || value > max) {
      throw malformed("a count is " + Integer.toUnsignedString(value) + ", at most " + max);
    }
    return value;
  }

  /** A u64 that is not above the largest long. */
  long size() {
    long value = in.getLong();
    if (value < 0) {
      throw malformed("a size is " + Long.toUnsignedString(value));
    }
    return value;
  }

  byte[] bytes(int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] value = new byte[length];
    in.get(value);
    return value;
  }

  String text() {
    return KeyText.decode(bytes(u16()));
  }

  Optional<Checksum> checksum() {
    int kind = u8();
    return switch (kind) {
      case 0 -> Optional.empty();
      case 1, 2 -> Optional.of(new Checksum(text(), text(), kind == 2));
      default -> throw malformed("a checksum's kind is " + kind);
    };
  }

  Map<String, String> map() {
    int count = u16();
    if (count > MAX_MAP_ENTRIES) {
      throw malformed("a map has " + count + " entries");
    }
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      map.put(text(), text());
    }
    return map;
  }

  static HoldfastException malformed(String why) {
    return new HoldfastException(
        ErrorCode.CONTENT_ALTERED, "A metadata record is malformed: " + why + ".");
  }

  static HoldfastException tooLarge(String what, int limit) {
    return new HoldfastException(
        ErrorCode.BAD_REQUEST, what + "; at most " + limit + " are kept with an object.");
  }
}
