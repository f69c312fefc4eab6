package dev.holdfast.s3gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer.
 *
 * @param headers by name; values may hold any Unicode text without line breaks and are sent as
 *     UTF-8
 */
public record S3Response(int status, Map<String, String> headers, Payload payload) {
  public S3Response {
    headers = new LinkedHashMap<>(headers);
  }

  /** What follows the headers. */
  public sealed interface Payload {}

  /** No body; the length header, if any, describes what a GET would send. */
  public record NoBody() implements Payload {}

  /** A small body. */
  public record Text(String contentType, String text) implements Payload {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * A streamed body.
   *
   * @param lengthBytes exactly as many as the source writes
   */
  public record Streamed(long lengthBytes, Source source) implements Payload {}

  /** Writes a body; closed in every case, also when never written. */
  public interface Source extends AutoCloseable {
    void writeTo(OutputStream out) throws IOException;

    @Override
    void close();
  }

  public static S3Response empty(int status) {
    return new S3Response(status, Map.of(), new NoBody());
  }

  public static S3Response empty(int status, Map<String, String> headers) {
    return new S3Response(status, headers, new NoBody());
  }

  public static S3Response xml(int status, String document) {
    return new S3Response(status, Map.of(), new Text("application/xml", document));
  }

  public S3Response with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new S3Response(status, more, payload);
  }
}
