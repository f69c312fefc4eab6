package dev.holdfast.protocol.mac;

import dev.holdfast.protocol.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for HMAC-SHA256 with the epoch under which it was derived. What is authenticated starts
 * with a type byte and carries the epoch, so that a receiver can pick the key. Comparison takes
 * constant time. Thread-safe.
 */
public final class MacKey {
  /** Length of a MAC and of the keys that this project derives, in bytes. */
  public static final int MAC_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final int epoch;
  private final SecretBytes key;

  /**
   * @param epoch key epoch, from 1
   * @param key at least 16 bytes
   */
  public MacKey(int epoch, SecretBytes key) {
    if (epoch < 1) {
      throw new IllegalArgumentException("A key epoch starts at 1, not " + epoch + ".");
    }
    if (key.lengthBytes() < 16) {
      throw new IllegalArgumentException(
          "A MAC key has at least 16 bytes, not " + key.lengthBytes() + ".");
    }
    this.epoch = epoch;
    this.key = key;
  }

  /** Copies the key bytes in. */
  public static MacKey of(int epoch, byte[] key) {
    return new MacKey(epoch, SecretBytes.copyOf(key));
  }

  public int epoch() {
    return epoch;
  }

  /** The key itself, to hand it to the peer that shares it. */
  public SecretBytes secret() {
    return key;
  }

  /** HMAC-SHA256 over the message: 32 bytes. */
  public byte[] sign(byte[] message) {
    return sign(message, 0, message.length);
  }

  /** HMAC-SHA256 over a part of an array: 32 bytes. */
  public byte[] sign(byte[] message, int offset, int length) {
    byte[] exposed = key.expose();
    try {
      return hmac(exposed, message, offset, length);
    } finally {
      Arrays.fill(exposed, (byte) 0);
    }
  }

  /** Whether the MAC is that of the message, decided in constant time. */
  public boolean verify(byte[] message, byte[] mac) {
    return MessageDigest.isEqual(sign(message), mac);
  }

  /** HMAC-SHA256 with a raw key, for chains of MACs in which every MAC is the next key. */
  public static byte[] hmac(byte[] key, byte[] message, int offset, int length) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(message, offset, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + ALGORITHM + ".", e);
    }
  }

  @Override
  public String toString() {
    return "MacKey[epoch " + epoch + "]";
  }
}
