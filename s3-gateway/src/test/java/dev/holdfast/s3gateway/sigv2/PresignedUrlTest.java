package dev.holdfast.s3gateway.sigv2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.s3gateway.http.S3Request;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The example of a query string authenticated by Signature Version 2 in the Amazon S3 developer
 * guide.
 */
class PresignedUrlTest {
  private static final SecretBytes SECRET =
      SecretBytes.copyOf(
          "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".getBytes(StandardCharsets.UTF_8));
  private static final Instant END = Instant.ofEpochSecond(1_175_139_620);

  private static S3Request request(String path, String more) {
    return new S3Request(
        "ID",
        END,
        "GET",
        path,
        QueryParameters.parse(
            "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620"
                + "&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D"
                + more),
        RequestHeaders.of(Map.of("Host", "johnsmith.s3.amazonaws.com")),
        "johnsmith",
        path.substring(1),
        "johnsmith",
        OptionalLong.empty(),
        InputStream.nullInputStream());
  }

  @Test
  void publishedExample() {
    assertThat(PresignedUrl.stringToSign(request("/photos/puppy.jpg", ""), "1175139620"))
        .isEqualTo("GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg");

    PresignedUrl.verify(request("/photos/puppy.jpg", ""), SECRET, END);
  }

  @Test
  void otherPathAndSubResourceAreRefused() {
    assertThatThrownBy(() -> PresignedUrl.verify(request("/photos/kitty.jpg", ""), SECRET, END))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.code()).isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH));
    assertThatThrownBy(() -> PresignedUrl.verify(request("/photos/puppy.jpg", "&acl"), SECRET, END))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void endsWhenItSays() {
    assertThatThrownBy(
            () -> PresignedUrl.verify(request("/photos/puppy.jpg", ""), SECRET, END.plusSeconds(1)))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.ACCESS_DENIED));
  }
}
