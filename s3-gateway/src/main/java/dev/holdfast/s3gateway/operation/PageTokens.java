package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.error.S3Exception;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Continuation tokens: Base64 of a version byte and the last name of the page before. */
final class PageTokens {
  private static final byte VERSION = 1;

  private PageTokens() {}

  static String encode(String lastName) {
    byte[] name = lastName.getBytes(StandardCharsets.UTF_8);
    byte[] token = ByteBuffer.allocate(1 + name.length).put(VERSION).put(name).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  static String decode(String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length > 0 && bytes[0] == VERSION) {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes, 1, bytes.length - 1))
            .toString();
      }
    } catch (IllegalArgumentException | CharacterCodingException e) {
      // Told below.
    }
    throw S3Exception.invalidArgument(
        "continuation-token", token, "The continuation token provided is incorrect");
  }
}
