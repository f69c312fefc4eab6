package dev.holdfast.protocol.identity;

import com.google.errorprone.annotations.Immutable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Immutable 32 bytes: a hash, an id, a public MAC. Its order is that of unsigned bytes; its text
 * form is lower-case hex. Not for secrets, see {@code SecretBytes}.
 */
@Immutable
public final class Bytes32 implements Comparable<Bytes32> {
  /** Its length in bytes. */
  public static final int LENGTH = 32;

  public static final Bytes32 ZERO = new Bytes32(new byte[LENGTH]);

  @SuppressWarnings("Immutable") // never handed out and never written after the constructor
  private final byte[] value;

  private Bytes32(byte[] value) {
    this.value = value;
  }

  /** Copies exactly 32 bytes. */
  public static Bytes32 of(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException("Expected 32 bytes, got " + value.length + ".");
    }
    return new Bytes32(value.clone());
  }

  /** Takes the next 32 bytes of a buffer. */
  public static Bytes32 read(ByteBuffer in) {
    byte[] value = new byte[LENGTH];
    in.get(value);
    return new Bytes32(value);
  }

  /** Reads 64 hex digits, of either case. */
  public static Bytes32 parse(String hex) {
    if (hex.length() != 2 * LENGTH) {
      throw new IllegalArgumentException(
          "Expected 64 hex digits, got " + hex.length() + " characters.");
    }
    return new Bytes32(HexFormat.of().parseHex(hex));
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return value.clone();
  }

  /** Appends the bytes to a buffer. */
  public void write(ByteBuffer out) {
    out.put(value);
  }

  @Override
  public int compareTo(Bytes32 other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes32 that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(value);
  }
}
