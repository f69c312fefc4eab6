package dev.holdfast.launcher.training;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An HTTP client that signs as S3 wants it (AWS Signature Version 4, header form, signed payload).
 * Query parameters must come sorted and encoded.
 */
final class SigningClient {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final HttpClient http;
  private final String accessKeyId;
  private final String secretAccessKey;
  private final String region;

  SigningClient(HttpClient http, String accessKeyId, String secretAccessKey, String region) {
    this.http = http;
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.region = region;
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
  }

  HttpRequest sign(String method, URI uri, String path, String query, byte[] body) {
    try {
      String time = TIME.format(Instant.now());
      String day = time.substring(0, 8);
      String bodyHash = hex(MessageDigest.getInstance("SHA-256").digest(body));
      StringBuilder canonicalQuery = new StringBuilder();
      for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
        canonicalQuery.append(canonicalQuery.isEmpty() ? "" : "&").append(parameter);
      }
      String headers = "host;x-amz-content-sha256;x-amz-date";
      String canonical =
          String.join(
              "\n",
              method,
              path,
              canonicalQuery,
              "host:" + uri.getAuthority(),
              "x-amz-content-sha256:" + bodyHash,
              "x-amz-date:" + time,
              "",
              headers,
              bodyHash);
      String scope = day + "/" + region + "/s3/aws4_request";
      String toSign =
          String.join(
              "\n",
              "AWS4-HMAC-SHA256",
              time,
              scope,
              hex(MessageDigest.getInstance("SHA-256").digest(bytes(canonical))));
      byte[] key = bytes("AWS4" + secretAccessKey);
      for (String part : new String[] {day, region, "s3", "aws4_request"}) {
        key = hmac(key, part);
      }
      return HttpRequest.newBuilder(uri)
          .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
          .header("x-amz-date", time)
          .header("x-amz-content-sha256", bodyHash)
          .header(
              "Authorization",
              "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                  .formatted(accessKeyId, scope, headers, hex(hmac(key, toSign))))
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
