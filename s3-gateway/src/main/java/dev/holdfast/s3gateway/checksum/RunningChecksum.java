package dev.holdfast.s3gateway.checksum;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.Checksum;

/** A checksum under computation. Confined to one thread. */
public sealed interface RunningChecksum {
  void update(byte[] bytes, int offset, int length);

  /** The value, big-endian; ends the computation. */
  byte[] value();

  static RunningChecksum of(Checksum checksum, int bytes) {
    return new Cyclic(checksum, bytes);
  }

  /**
   * @param digest JCA name of an algorithm that every JDK has
   */
  static RunningChecksum of(String digest) {
    try {
      return new Digest(MessageDigest.getInstance(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(digest + " is in every JDK", e);
    }
  }

  /** A cyclic redundancy check of 4 or 8 bytes. */
  record Cyclic(Checksum checksum, int bytes) implements RunningChecksum {
    @Override
    public void update(byte[] data, int offset, int length) {
      checksum.update(data, offset, length);
    }

    @Override
    public byte[] value() {
      byte[] wide = ByteBuffer.allocate(Long.BYTES).putLong(checksum.getValue()).array();
      return Arrays.copyOfRange(wide, Long.BYTES - bytes, Long.BYTES);
    }
  }

  /** A cryptographic hash. */
  record Digest(MessageDigest digest) implements RunningChecksum {
    @Override
    public void update(byte[] data, int offset, int length) {
      digest.update(data, offset, length);
    }

    @Override
    public byte[] value() {
      return digest.digest();
    }
  }
}
