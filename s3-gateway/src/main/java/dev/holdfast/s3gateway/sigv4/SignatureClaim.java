package dev.holdfast.s3gateway.sigv4;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a request says about its own signature, not yet verified.
 *
 * @param amzDate time of signing as sent, yyyyMMdd'T'HHmmss'Z'
 * @param signedHeaders lower-case names in order
 * @param signature lower-case hex
 * @param expires how long a presigned URL is good; absent for a signature in the header
 */
public record SignatureClaim(
    String accessKeyId,
    CredentialScope scope,
    String amzDate,
    Instant signed,
    List<String> signedHeaders,
    String signature,
    Optional<Duration> expires) {
  public SignatureClaim {
    signedHeaders = List.copyOf(signedHeaders);
  }

  public boolean presigned() {
    return expires.isPresent();
  }
}
