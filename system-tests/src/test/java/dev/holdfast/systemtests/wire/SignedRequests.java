package dev.holdfast.systemtests.wire;

import dev.holdfast.systemtests.RandomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * S3 requests signed with Signature Version 4 and sent byte by byte, so that their bodies can be
 * anything. Written from the published description of the signature, not from the gateway's code.
 */
record SignedRequests(URI endpoint, String region, String accessKeyId, String secretAccessKey) {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  static SignedRequests of(Map<String, String> environment) {
    return new SignedRequests(
        URI.create(environment.getOrDefault("AWS_ENDPOINT_URL", "")),
        environment.getOrDefault("AWS_REGION", ""),
        environment.getOrDefault("AWS_ACCESS_KEY_ID", ""),
        environment.getOrDefault("AWS_SECRET_ACCESS_KEY", ""));
  }

  SignedRequests withSecret(String other) {
    return new SignedRequests(endpoint, region, accessKeyId, other);
  }

  SignedRequests withAccessKey(String other) {
    return new SignedRequests(endpoint, region, other, secretAccessKey);
  }

  /**
   * The lines of the head of a signed PUT, the request line first.
   *
   * @param path without characters that need encoding
   * @param payload the value of x-amz-content-sha256
   * @param headers further headers by lower-case name; all are signed
   */
  List<String> put(
      String path, String payload, long contentLength, Map<String, String> headers, Clock clock) {
    String time = TIME.format(clock.instant());
    String day = time.substring(0, 8);
    TreeMap<String, String> signed = new TreeMap<>(headers);
    signed.put("host", endpoint.getAuthority());
    signed.put("x-amz-content-sha256", payload);
    signed.put("x-amz-date", time);
    StringBuilder canonical = new StringBuilder("PUT\n" + path + "\n\n");
    signed.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    String names = String.join(";", signed.keySet());
    canonical.append('\n').append(names).append('\n').append(payload);
    String scope = day + "/" + region + "/s3/aws4_request";
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            time,
            scope,
            RandomContent.hexDigest(
                "SHA-256", canonical.toString().getBytes(StandardCharsets.UTF_8)));
    byte[] key = ("AWS4" + secretAccessKey).getBytes(StandardCharsets.UTF_8);
    for (String part : List.of(day, region, "s3", "aws4_request", toSign)) {
      key = hmac(key, part);
    }
    List<String> lines = new ArrayList<>();
    lines.add("PUT " + path + " HTTP/1.1");
    signed.forEach((name, value) -> lines.add(name + ": " + value));
    lines.add("content-length: " + contentLength);
    lines.add(
        "authorization: AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(accessKeyId, scope, names, HexFormat.of().formatHex(key)));
    return lines;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends head and body as they are and answers the whole response. */
  String send(List<String> head, byte[] body) throws IOException {
    return send(head, body, false);
  }

  /** The same by a client that ends its side of the connection after that. */
  String sendAndEnd(List<String> head, byte[] body) throws IOException {
    return send(head, body, true);
  }

  private String send(List<String> head, byte[] body, boolean end) throws IOException {
    try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(
          (String.join("\r\n", head) + "\r\nconnection: close\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.write(body);
      out.flush();
      if (end) {
        socket.shutdownOutput();
      }
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
