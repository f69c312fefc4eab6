package dev.holdfast.s3gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.s3gateway.http.S3Request;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The examples that AWS publishes with their signatures: Amazon S3 API reference, "Authenticating
 * Requests (AWS Signature Version 4)".
 */
class PublishedExamplesTest {
  static final SecretBytes SECRET =
      SecretBytes.copyOf(
          "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".getBytes(StandardCharsets.UTF_8));
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  private static final String HOST = "examplebucket.s3.amazonaws.com";

  static S3Request request(String method, String path, String query, Map<String, String> headers) {
    return new S3Request(
        "ID",
        NOW,
        method,
        path,
        QueryParameters.parse(query),
        RequestHeaders.of(headers),
        "examplebucket",
        path.substring(1),
        "examplebucket",
        OptionalLong.empty(),
        InputStream.nullInputStream());
  }

  private static Map<String, String> headers(String payload, String signed, String signature) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", HOST);
    headers.put("x-amz-content-sha256", payload);
    headers.put("x-amz-date", "20130524T000000Z");
    headers.put(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            + "SignedHeaders="
            + signed
            + ",Signature="
            + signature);
    return headers;
  }

  private static void verify(S3Request request, String payload) {
    SignatureClaim claim =
        ClaimParser.isPresigned(request)
            ? ClaimParser.ofQuery(request)
            : ClaimParser.ofHeader(request, request.headers().find("authorization").orElse(""));
    assertThat(claim.accessKeyId()).isEqualTo("AKIAIOSFODNN7EXAMPLE");
    SignatureVerifier.verifyTime(claim, NOW);
    var _ = SignatureVerifier.verify(request, claim, SECRET, payload);
  }

  @Test
  void getObjectWithRange() {
    Map<String, String> headers =
        headers(
            SigningKey.EMPTY_SHA256,
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    headers.put("Range", "bytes=0-9");

    verify(request("GET", "/test.txt", "", headers), SigningKey.EMPTY_SHA256);
  }

  @Test
  void putObjectWithSignedPayload() {
    String payload = SigningKey.sha256Hex("Welcome to Amazon S3.");
    Map<String, String> headers =
        headers(
            payload,
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    headers.put("Date", "Fri, 24 May 2013 00:00:00 GMT");
    headers.put("x-amz-storage-class", "REDUCED_REDUNDANCY");

    verify(request("PUT", "/test$file.text", "", headers), payload);
  }

  @Test
  void subResourceWithoutValue() {
    Map<String, String> headers =
        headers(
            SigningKey.EMPTY_SHA256,
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");

    verify(request("GET", "/", "lifecycle", headers), SigningKey.EMPTY_SHA256);
  }

  @Test
  void listObjects() {
    Map<String, String> headers =
        headers(
            SigningKey.EMPTY_SHA256,
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");

    verify(request("GET", "/", "max-keys=2&prefix=J", headers), SigningKey.EMPTY_SHA256);
  }

  private static S3Request presigned() {
    return request(
        "GET",
        "/test.txt",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
            + "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
            + "&X-Amz-SignedHeaders=host&X-Amz-Signature="
            + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        Map.of("Host", HOST));
  }

  @Test
  void presignedUrl() {
    verify(presigned(), "UNSIGNED-PAYLOAD");
  }

  @Test
  void presignedUrlEndsWhenItSays() {
    SignatureClaim claim = ClaimParser.ofQuery(presigned());

    assertThatCode(() -> SignatureVerifier.verifyTime(claim, NOW.plus(Duration.ofSeconds(86_400))))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> SignatureVerifier.verifyTime(claim, NOW.plus(Duration.ofSeconds(86_401))))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.ACCESS_DENIED));
    assertThatThrownBy(
            () -> SignatureVerifier.verifyTime(claim, NOW.minus(Duration.ofSeconds(901))))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void clockMayBeOffByFifteenMinutesEitherWay() {
    S3Request request =
        request(
            "GET",
            "/",
            "",
            headers(SigningKey.EMPTY_SHA256, "host;x-amz-content-sha256;x-amz-date", "00"));
    SignatureClaim claim =
        ClaimParser.ofHeader(request, request.headers().find("authorization").orElse(""));

    for (int sign : new int[] {-1, 1}) {
      assertThatCode(() -> SignatureVerifier.verifyTime(claim, NOW.plusSeconds(sign * 900L)))
          .doesNotThrowAnyException();
      assertThatThrownBy(() -> SignatureVerifier.verifyTime(claim, NOW.plusSeconds(sign * 901L)))
          .isInstanceOfSatisfying(
              S3Exception.class,
              e -> assertThat(e.code()).isEqualTo(S3ErrorCode.REQUEST_TIME_TOO_SKEWED));
    }
  }

  @Test
  void everyAlterationIsRefusedWithoutTellingTheRightSignature() {
    String right = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    String signed = "host;range;x-amz-content-sha256;x-amz-date";
    Map<String, String> headers = headers(SigningKey.EMPTY_SHA256, signed, right);
    headers.put("Range", "bytes=0-10");

    assertThatThrownBy(
            () -> verify(request("GET", "/test.txt", "", headers), SigningKey.EMPTY_SHA256))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.code()).isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
              assertThat(e.text() + e.details()).doesNotContainPattern("[0-9a-f]{64}");
            });
    headers.put("Range", "bytes=0-9");
    for (S3Request altered :
        new S3Request[] {
          request("PUT", "/test.txt", "", headers),
          request("GET", "/test.tyt", "", headers),
          request("GET", "/test.txt", "acl", headers)
        }) {
      assertThatThrownBy(() -> verify(altered, SigningKey.EMPTY_SHA256))
          .isInstanceOf(S3Exception.class);
    }
    assertThatThrownBy(() -> verify(request("GET", "/test.txt", "", headers), "UNSIGNED-PAYLOAD"))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void amzHeadersMustBeSigned() {
    Map<String, String> headers =
        headers(
            SigningKey.EMPTY_SHA256,
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    headers.put("Range", "bytes=0-9");
    headers.put("x-amz-meta-slipped-in", "1");

    assertThatThrownBy(
            () -> verify(request("GET", "/test.txt", "", headers), SigningKey.EMPTY_SHA256))
        .hasMessageContaining("not signed");
  }
}
