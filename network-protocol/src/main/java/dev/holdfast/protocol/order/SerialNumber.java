package dev.holdfast.protocol.order;

import com.google.errorprone.annotations.Immutable;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;

/**
 * Names one order limit: the hour in which it was created, then 64 random bits. Ordered as its 16
 * bytes, so that one hour's serials stand together. Text form: 32 hex digits.
 *
 * @param window hours since the epoch, not negative
 */
@Immutable
public record SerialNumber(long window, long random) implements Comparable<SerialNumber> {
  /** Its length on the wire in bytes. */
  public static final int LENGTH = 16;

  /** Length of a settlement window. */
  public static final long WINDOW_SECONDS = 3_600;

  public SerialNumber {
    if (window < 0) {
      throw new IllegalArgumentException("A serial's window is not negative: " + window + ".");
    }
  }

  /** A fresh serial of the hour that holds {@code created}. */
  public static SerialNumber draw(Instant created, SecureRandom random) {
    return new SerialNumber(windowOf(created), random.nextLong());
  }

  /** The window that holds an instant. */
  public static long windowOf(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), WINDOW_SECONDS);
  }

  /** Copies exactly 16 bytes. */
  public static SerialNumber of(byte[] value) {
    if (value.length != LENGTH) {
      throw new IllegalArgumentException(
          "A serial number has " + LENGTH + " bytes, not " + value.length + ".");
    }
    return read(ByteBuffer.wrap(value));
  }

  /** Takes the next 16 bytes of a buffer. */
  public static SerialNumber read(ByteBuffer in) {
    return new SerialNumber(in.getLong(), in.getLong());
  }

  public byte[] toByteArray() {
    return ByteBuffer.allocate(LENGTH).putLong(window).putLong(random).array();
  }

  @Override
  public int compareTo(SerialNumber other) {
    int byWindow = Long.compare(window, other.window);
    return byWindow != 0 ? byWindow : Long.compareUnsigned(random, other.random);
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(window, random);
  }
}
