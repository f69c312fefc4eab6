package dev.holdfast.systemtests;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/**
 * Bytes that can be made again from a seed.
 *
 * @param length bytes
 */
public record RandomContent(long seed, int length) {
  public byte[] bytes() {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /**
   * A seed for one run, printed so that the run can be repeated with {@code -Dholdfast.seed=...}.
   */
  public static long drawSeed(Class<?> test) {
    long seed = Long.getLong("holdfast.seed", new Random().nextLong());
    System.out.printf("%s: -Dholdfast.seed=%d%n", test.getSimpleName(), seed);
    return seed;
  }

  public static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String hexDigest(String algorithm, byte[] bytes) {
    return HexFormat.of().formatHex(digest(algorithm, bytes));
  }

  public static String base64Digest(String algorithm, byte[] bytes) {
    return Base64.getEncoder().encodeToString(digest(algorithm, bytes));
  }
}
