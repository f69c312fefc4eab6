package dev.holdfast.uplink.keyslots;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * A passphrase as bytes: NFKC, so that keyboards that compose letters differently open the same
 * slot, then UTF-8.
 */
final class Passphrase {
  private static final int MIN_CHARS = 8;
  private static final int MAX_CHARS = 1024;

  private Passphrase() {}

  static byte[] bytes(char[] passphrase) {
    if (passphrase.length > MAX_CHARS) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "A passphrase has at most " + MAX_CHARS + " characters.");
    }
    return Normalizer.normalize(CharBuffer.wrap(passphrase), Normalizer.Form.NFKC)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The same for a passphrase that is being set. */
  static byte[] newBytes(char[] passphrase) {
    if (passphrase.length < MIN_CHARS) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "A passphrase has at least "
              + MIN_CHARS
              + " characters; five random words are a good one.");
    }
    return bytes(passphrase);
  }
}
