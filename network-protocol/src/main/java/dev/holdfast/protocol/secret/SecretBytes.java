package dev.holdfast.protocol.secret;

import com.google.errorprone.annotations.ThreadSafe;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Secret bytes without a text form: copied in, compared in constant time, erasable. Thread-safe as
 * long as nobody uses it after {@link #destroy()}.
 */
@ThreadSafe
public final class SecretBytes {
  @SuppressWarnings("ThreadSafe") // written only by the constructor and by destroy
  private final byte[] value;

  private volatile boolean destroyed;

  private SecretBytes(byte[] value) {
    this.value = value;
  }

  /** Copies the bytes in; the caller may erase its own. */
  public static SecretBytes copyOf(byte[] value) {
    return new SecretBytes(value.clone());
  }

  /** Draws a fresh secret. */
  public static SecretBytes random(int lengthBytes, SecureRandom random) {
    byte[] value = new byte[lengthBytes];
    random.nextBytes(value);
    return new SecretBytes(value);
  }

  /**
   * A copy of the bytes, for the moment in which they are used.
   *
   * @throws IllegalStateException after {@link #destroy()}
   */
  public byte[] expose() {
    if (destroyed) {
      throw new IllegalStateException("This secret has been destroyed.");
    }
    return value.clone();
  }

  public int lengthBytes() {
    return value.length;
  }

  /** Overwrites the bytes with zeros; later {@link #expose()} fails. */
  public void destroy() {
    destroyed = true;
    Arrays.fill(value, (byte) 0);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretBytes that && MessageDigest.isEqual(value, that.value);
  }

  /**
   * The same for all secrets of one length, so that no hash of a secret leaks through a collection.
   */
  @Override
  public int hashCode() {
    return value.length;
  }

  @Override
  public String toString() {
    return "SecretBytes[" + value.length + " bytes]";
  }
}
