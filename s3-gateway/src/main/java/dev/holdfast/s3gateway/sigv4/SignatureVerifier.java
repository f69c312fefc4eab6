package dev.holdfast.s3gateway.sigv4;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.PercentCoding;
import dev.holdfast.s3gateway.http.S3Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Verifies Version 4 signatures of requests. Stateless. */
public final class SignatureVerifier {
  /** How far a client's clock may be off. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(15);

  /** May come unsigned: it can only make the check of the body stricter. */
  private static final Set<String> MAY_BE_UNSIGNED = Set.of("x-amz-content-sha256");

  private SignatureVerifier() {}

  /** Refuses requests whose time is too far from now, and presigned URLs after their end. */
  public static void verifyTime(SignatureClaim claim, Instant now) {
    if (claim.expires().isPresent()) {
      Instant end = claim.signed().plus(claim.expires().get());
      if (now.isAfter(end)) {
        throw new S3Exception(S3ErrorCode.ACCESS_DENIED, "Request has expired")
            .with("X-Amz-Expires", Long.toString(claim.expires().get().toSeconds()))
            .with("Expires", end.toString())
            .with("ServerTime", now.toString());
      }
      if (claim.signed().isAfter(now.plus(MAX_SKEW))) {
        throw new S3Exception(S3ErrorCode.ACCESS_DENIED, "Request is not valid yet")
            .with("ServerTime", now.toString());
      }
    } else if (Duration.between(claim.signed(), now).abs().compareTo(MAX_SKEW) > 0) {
      throw new S3Exception(
              S3ErrorCode.REQUEST_TIME_TOO_SKEWED,
              "The difference between the request time and the server's time is too large; set the"
                  + " client's clock.")
          .with("RequestTime", claim.amzDate())
          .with("ServerTime", now.toString())
          .with("MaxAllowedSkewMilliseconds", Long.toString(MAX_SKEW.toMillis()));
    }
  }

  /**
   * Verifies the signature.
   *
   * @param payloadHash as it stands in the canonical request
   * @return the key, for the chunks of the body
   * @throws S3Exception when it does not match
   */
  public static SigningKey verify(
      S3Request request, SignatureClaim claim, SecretBytes secretAccessKey, String payloadHash) {
    for (String name : request.headers().names()) {
      if (name.startsWith("x-amz-")
          && !claim.signedHeaders().contains(name)
          && !MAY_BE_UNSIGNED.contains(name)) {
        throw new S3Exception(
                S3ErrorCode.ACCESS_DENIED,
                "There were headers present in the request which were not signed")
            .with("HeadersNotSigned", name);
      }
    }
    SigningKey key = SigningKey.derive(secretAccessKey, claim.scope());
    String encoded = PercentCoding.encodePath(PercentCoding.decodePath(request.rawPath()));
    // A few clients sign the path as they sent it instead of in the canonical encoding.
    for (String path : List.of(encoded, request.rawPath())) {
      String canonical = CanonicalRequest.of(request, path, claim.signedHeaders(), payloadHash);
      if (key.verify(stringToSign(claim, canonical), claim.signature())) {
        return key;
      }
    }
    throw mismatch();
  }

  /** The one answer to a wrong signature; says nothing about the right one. */
  public static S3Exception mismatch() {
    return new S3Exception(
        S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
        "The request signature we calculated does not match the signature you provided. Check your"
            + " key and signing method.");
  }

  private static String stringToSign(SignatureClaim claim, String canonicalRequest) {
    return ClaimParser.ALGORITHM
        + "\n"
        + claim.amzDate()
        + "\n"
        + claim.scope().text()
        + "\n"
        + SigningKey.sha256Hex(canonicalRequest);
  }
}
