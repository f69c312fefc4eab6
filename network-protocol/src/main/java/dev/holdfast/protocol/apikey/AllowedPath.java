package dev.holdfast.protocol.apikey;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A bucket, or one directory of it, that a caveat allows. In the encoding of names a directory is a
 * byte prefix of whatever lies below it and of nothing else, so a prefix of encoded bytes restricts
 * at '/' boundaries. Immutable.
 */
public final class AllowedPath {
  /** The longest bucket name in bytes. */
  public static final int MAX_BUCKET_BYTES = 255;

  /** The longest encoded prefix in bytes. */
  public static final int MAX_PREFIX_BYTES = 8_192;

  private final String bucket;
  private final byte[] encryptedPrefix;

  /**
   * @param bucket not empty
   * @param encryptedPrefix an encoded directory; empty for the whole bucket
   */
  public AllowedPath(String bucket, byte[] encryptedPrefix) {
    int bucketBytes = bucket.getBytes(StandardCharsets.UTF_8).length;
    if (bucketBytes == 0 || bucketBytes > MAX_BUCKET_BYTES) {
      throw new IllegalArgumentException(
          "A bucket name has 1 to " + MAX_BUCKET_BYTES + " bytes, not " + bucketBytes + ".");
    }
    if (encryptedPrefix.length > MAX_PREFIX_BYTES) {
      throw new IllegalArgumentException(
          "An allowed prefix has at most "
              + MAX_PREFIX_BYTES
              + " bytes, not "
              + encryptedPrefix.length
              + ".");
    }
    this.bucket = bucket;
    this.encryptedPrefix = encryptedPrefix.clone();
  }

  public String bucket() {
    return bucket;
  }

  /** A copy of the encoded directory. */
  public byte[] encryptedPrefix() {
    return encryptedPrefix.clone();
  }

  boolean covers(String otherBucket, byte[] encryptedPath) {
    return bucket.equals(otherBucket)
        && encryptedPath.length >= encryptedPrefix.length
        && Arrays.equals(
            encryptedPath, 0, encryptedPrefix.length, encryptedPrefix, 0, encryptedPrefix.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AllowedPath that
        && bucket.equals(that.bucket)
        && Arrays.equals(encryptedPrefix, that.encryptedPrefix);
  }

  @Override
  public int hashCode() {
    return 31 * bucket.hashCode() + Arrays.hashCode(encryptedPrefix);
  }

  @Override
  public String toString() {
    return bucket + "/" + HexFormat.of().formatHex(encryptedPrefix);
  }
}
