package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.S3Request;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** S3's rules for names of buckets, keys and versions. */
final class Names {
  private static final int MAX_KEY_BYTES = 1024;
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

  private Names() {}

  /** Refuses a name that no new bucket may have. */
  static void requireBucketName(String bucket) {
    if (!BUCKET.matcher(bucket).matches()
        || bucket.contains("..")
        || bucket.startsWith("xn--")
        || bucket.endsWith("-s3alias")
        || IP_ADDRESS.matcher(bucket).matches()) {
      throw new S3Exception(
          S3ErrorCode.INVALID_BUCKET_NAME,
          "The specified bucket is not valid: a name has 3 to 63 lower-case letters, digits, dots"
              + " and hyphens, starts and ends with a letter or digit, and is no IP address.");
    }
  }

  /** Refuses keys that are too long, and versions other than the only one there is. */
  static void requireObject(S3Request request) {
    requireKey(request.key());
    requireNullVersion(request.query().orElse("versionId", ""));
  }

  static void requireKey(String key) {
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_KEY_BYTES) {
      throw new S3Exception(S3ErrorCode.KEY_TOO_LONG, "Your key is too long")
          .with("Size", Integer.toString(bytes))
          .with("MaxSizeAllowed", Integer.toString(MAX_KEY_BYTES));
    }
  }

  /**
   * @param versionId empty: none asked for
   */
  static void requireNullVersion(String versionId) {
    if (!versionId.isEmpty() && !versionId.equals("null")) {
      throw new S3Exception(
              S3ErrorCode.NO_SUCH_VERSION,
              "The specified version does not exist: versioning is not switched on here.")
          .with("VersionId", versionId);
    }
  }
}
