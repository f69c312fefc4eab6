package dev.holdfast.protocol.piece;

import com.google.errorprone.annotations.Immutable;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Random 128 bits that name a stored segment and, with a piece number, each of its pieces. Text
 * form: 32 hex digits.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
@Immutable
public record RootPieceId(long high, long low) implements Comparable<RootPieceId> {
  /** Its length on the wire in bytes. */
  public static final int LENGTH = 16;

  public static RootPieceId random(SecureRandom random) {
    return new RootPieceId(random.nextLong(), random.nextLong());
  }

  /** Copies exactly 16 bytes. */
  public static RootPieceId of(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException("A root piece id has 16 bytes, not " + value.length + ".");
    }
    return read(ByteBuffer.wrap(value));
  }

  /** Takes the next 16 bytes of a buffer. */
  public static RootPieceId read(ByteBuffer in) {
    return new RootPieceId(in.getLong(), in.getLong());
  }

  /** Reads 32 hex digits. */
  public static RootPieceId parse(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  public byte[] toByteArray() {
    return ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array();
  }

  @Override
  public int compareTo(RootPieceId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
