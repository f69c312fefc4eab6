package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text of object keys as bytes and back: strict UTF-8, never normalized, never replaced. */
public final class KeyText {
  private KeyText() {}

  /**
   * The UTF-8 form of a key, prefix or marker.
   *
   * @throws HoldfastException with {@code bad-request} when the text holds an unpaired surrogate
   */
  public static byte[] encode(String text) {
    try {
      ByteBuffer bytes =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      byte[] result = new byte[bytes.remaining()];
      bytes.get(result);
      return result;
    } catch (CharacterCodingException e) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "An object key must be valid Unicode; this one holds an unpaired surrogate.",
          e);
    }
  }

  /**
   * The text of a key's bytes; they were written by {@link #encode}, so other bytes are an
   * alteration.
   */
  public static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new HoldfastException(
          ErrorCode.CONTENT_ALTERED, "A decrypted object key is not valid UTF-8.", e);
    }
  }
}
