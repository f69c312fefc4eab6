package dev.holdfast.s3gateway.sigv4;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.s3gateway.fake.MemoryGateway;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.s3gateway.http.S3Request;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Signs requests for tests that write HTTP by hand; the published examples prove the calculation.
 */
public final class RequestSigner {
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private RequestSigner() {}

  /**
   * Headers with a signature.
   *
   * @param headers to send and sign; x-amz-content-sha256 is UNSIGNED-PAYLOAD unless given
   */
  public static Map<String, String> sign(
      String method,
      String path,
      String query,
      Map<String, String> headers,
      Instant now,
      String accessKeyId,
      String secret) {
    TreeMap<String, String> all = new TreeMap<>(headers);
    all.putIfAbsent("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    all.put("x-amz-date", AMZ_DATE.format(now));
    List<String> names = List.copyOf(all.keySet());
    S3Request request =
        new S3Request(
            "ID",
            now,
            method,
            path,
            QueryParameters.parse(query),
            RequestHeaders.of(all),
            "",
            "",
            "",
            OptionalLong.empty(),
            InputStream.nullInputStream());
    CredentialScope scope =
        new CredentialScope(all.get("x-amz-date").substring(0, 8), "us-east-1", "s3");
    String canonical = CanonicalRequest.of(request, path, names, all.get("x-amz-content-sha256"));
    String signature =
        SigningKey.derive(SecretBytes.copyOf(secret.getBytes(StandardCharsets.UTF_8)), scope)
            .sign(
                "AWS4-HMAC-SHA256\n"
                    + all.get("x-amz-date")
                    + "\n"
                    + scope.text()
                    + "\n"
                    + SigningKey.sha256Hex(canonical));
    Map<String, String> signed = new LinkedHashMap<>(all);
    signed.put(
        "authorization",
        "AWS4-HMAC-SHA256 Credential="
            + accessKeyId
            + "/"
            + scope.text()
            + ", SignedHeaders="
            + String.join(";", names)
            + ", Signature="
            + signature);
    return signed;
  }

  /** The same by the test gateway's credential. */
  public static Map<String, String> sign(
      String method, String path, String query, Map<String, String> headers) {
    return sign(
        method,
        path,
        query,
        headers,
        Instant.now(),
        MemoryGateway.ACCESS_KEY_ID,
        MemoryGateway.SECRET);
  }
}
