package dev.holdfast.s3gateway.credential;

import dev.holdfast.protocol.secret.SecretBytes;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The gateway's one credential: {@code {"accessKeyId", "secretAccessKey", "accessGrant"}}. Has no
 * text form that tells a secret.
 *
 * @param secretAccessKey UTF-8 bytes
 * @param accessGrant serialized grant, UTF-8 bytes
 */
public record CredentialsFile(
    String accessKeyId, SecretBytes secretAccessKey, SecretBytes accessGrant) {
  private static final long MAX_BYTES = 1 << 20;

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException when it is not of the form above; the message never quotes its
   *     content
   */
  public static CredentialsFile read(Path file) {
    JsonObject json;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException(
            "The credentials file " + file + " is larger than " + MAX_BYTES + " bytes");
      }
      json = new JsonObject(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("The credentials file " + file + " cannot be read", e);
    } catch (DecodeException e) {
      // Without its cause: the parser's message quotes the text, which holds secrets.
      throw new IllegalArgumentException("The credentials file " + file + " is not a JSON object");
    }
    return new CredentialsFile(
        required(json, "accessKeyId", file),
        secret(required(json, "secretAccessKey", file)),
        secret(required(json, "accessGrant", file)));
  }

  private static String required(JsonObject json, String name, Path file) {
    if (json.getValue(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new IllegalArgumentException(
        "The credentials file " + file + " needs the text \"" + name + "\"");
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "CredentialsFile[" + accessKeyId + "]";
  }
}
