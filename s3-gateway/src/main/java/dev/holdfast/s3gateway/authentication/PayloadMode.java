package dev.holdfast.s3gateway.authentication;

import dev.holdfast.s3gateway.error.S3Exception;

/** How the signature covers the body, by the value of x-amz-content-sha256. */
enum PayloadMode {
  /** The value is the SHA-256 of the body. */
  SIGNED(false, false, false),
  UNSIGNED(false, false, false),
  CHUNKS_SIGNED(true, true, false),
  CHUNKS_SIGNED_TRAILER(true, true, true),
  CHUNKS_UNSIGNED_TRAILER(true, false, true);

  private static final int SHA256_HEX_LENGTH = 64;

  private final boolean chunked;
  private final boolean chunksSigned;
  private final boolean trailer;

  PayloadMode(boolean chunked, boolean chunksSigned, boolean trailer) {
    this.chunked = chunked;
    this.chunksSigned = chunksSigned;
    this.trailer = trailer;
  }

  boolean chunked() {
    return chunked;
  }

  boolean chunksSigned() {
    return chunksSigned;
  }

  boolean trailer() {
    return trailer;
  }

  static PayloadMode of(String contentSha256) {
    return switch (contentSha256) {
      case "UNSIGNED-PAYLOAD" -> UNSIGNED;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> CHUNKS_SIGNED;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> CHUNKS_SIGNED_TRAILER;
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> CHUNKS_UNSIGNED_TRAILER;
      default -> {
        if (contentSha256.length() == SHA256_HEX_LENGTH
            && contentSha256.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
          yield SIGNED;
        }
        throw S3Exception.invalidArgument(
            "x-amz-content-sha256",
            contentSha256,
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
                + " or a valid sha256 value.");
      }
    };
  }
}
