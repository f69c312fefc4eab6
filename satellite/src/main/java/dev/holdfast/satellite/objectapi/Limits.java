package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;

/**
 * The most that a call may carry. A page of 1,000 rows with the longest keys and summaries stays
 * below gRPC's 4 MiB a message.
 */
final class Limits {
  /** An index row of PostgreSQL holds about 2,700 bytes. */
  static final int ENCRYPTED_KEY_BYTES = 2400;

  static final int SUMMARY_BYTES = 1024;
  static final int DETAIL_BYTES = 1 << 20;
  static final int PART_RECORD_BYTES = 1024;
  static final int WRAPPED_KEY_BYTES = 256;
  static final int ID_BYTES = 16;
  static final int ETAG_TOKEN_BYTES = 16;
  static final int PAGE = 1000;
  static final int DELETIONS = 1000;
  static final int SUSPICIONS = 1000;
  static final int TOKENS_TO_CANCEL = 1000;
  static final int SEGMENTS_OF_COMMIT = 1000;
  static final int SEGMENTS_OF_ATTEMPT = 100_000;
  static final int CONDITION_TOKENS = 100;

  private static final int MESSAGE_BYTES = 4 << 20;
  private static final int ROW_OVERHEAD_BYTES = 512;

  static {
    if ((long) PAGE * (ENCRYPTED_KEY_BYTES + SUMMARY_BYTES + WRAPPED_KEY_BYTES + ROW_OVERHEAD_BYTES)
        > MESSAGE_BYTES) {
      throw new IllegalStateException("a page of the longest rows does not fit into a message");
    }
  }

  private Limits() {}

  static void atMost(String name, long value, long limit) {
    if (value > limit) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "%s is %d, at most %d is allowed".formatted(name, value, limit));
    }
  }

  static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "%s is %d, not within %d..%d".formatted(name, value, least, most));
    }
  }

  static ByteString id(String name, ByteString id) {
    if (id.size() != ID_BYTES) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "%s has %d bytes, not %d".formatted(name, id.size(), ID_BYTES));
    }
    return id;
  }

  static ByteString key(ByteString encryptedKey) {
    within("the length of the encrypted key", encryptedKey.size(), 1, ENCRYPTED_KEY_BYTES);
    return encryptedKey;
  }

  /** 0 asks for the most. */
  static int page(int limit) {
    if (limit < 0) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "the page limit " + limit + " is negative");
    }
    return limit == 0 ? PAGE : Math.min(limit, PAGE);
  }
}
