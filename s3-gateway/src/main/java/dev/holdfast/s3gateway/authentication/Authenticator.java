package dev.holdfast.s3gateway.authentication;

import dev.holdfast.s3gateway.checksum.CheckedBody;
import dev.holdfast.s3gateway.checksum.DeclaredChecks;
import dev.holdfast.s3gateway.credential.Tenant;
import dev.holdfast.s3gateway.credential.Tenants;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters.Parameter;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.sigv2.PresignedUrl;
import dev.holdfast.s3gateway.sigv4.ChunkSigner;
import dev.holdfast.s3gateway.sigv4.ChunkedBody;
import dev.holdfast.s3gateway.sigv4.ClaimParser;
import dev.holdfast.s3gateway.sigv4.SignatureClaim;
import dev.holdfast.s3gateway.sigv4.SignatureVerifier;
import dev.holdfast.s3gateway.sigv4.SigningKey;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Proves who sent a request. Thread-safe. */
public final class Authenticator {
  /** Parameters of a presigned URL that are not headers in disguise. */
  private static final Set<String> SIGNATURE_PARAMETERS =
      Set.of(
          "x-amz-algorithm",
          "x-amz-credential",
          "x-amz-date",
          "x-amz-expires",
          "x-amz-signedheaders",
          "x-amz-signature");

  private static final Set<String> MOVED_HEADERS = Set.of("content-type", "content-md5");

  private final Tenants tenants;
  private final InstantSource clock;
  private final boolean acceptPresignedV2;

  /**
   * @param acceptPresignedV2 whether presigned URLs of the old Version 2 are served
   */
  public Authenticator(Tenants tenants, InstantSource clock, boolean acceptPresignedV2) {
    this.tenants = tenants;
    this.clock = clock;
    this.acceptPresignedV2 = acceptPresignedV2;
  }

  /**
   * Verifies the request's signature and time.
   *
   * @throws S3Exception when there is none, or it is wrong, foreign or out of time
   */
  public Caller authenticate(S3Request request) {
    Optional<String> authorization = request.headers().find("authorization");
    if (ClaimParser.isPresigned(request)) {
      if (authorization.isPresent()) {
        throw new S3Exception(
            S3ErrorCode.INVALID_REQUEST,
            "Only one auth mechanism allowed: a signature in the query or in the header.");
      }
      return version4(request, ClaimParser.ofQuery(request));
    }
    if (authorization.isPresent()) {
      return version4(request, ClaimParser.ofHeader(request, authorization.get()));
    }
    if (PresignedUrl.isPresigned(request)) {
      return version2(request);
    }
    throw new S3Exception(
        S3ErrorCode.ACCESS_DENIED,
        "Access Denied: this request is not signed, and nothing here is public.");
  }

  private Caller version4(S3Request request, SignatureClaim claim) {
    refuseToken(request);
    SignatureVerifier.verifyTime(claim, clock.instant());
    Tenant tenant = require(claim.accessKeyId());
    Optional<String> given = request.headers().find("x-amz-content-sha256");
    if (given.isEmpty() && claim.presigned()) {
      given =
          request.query().find("X-Amz-Content-Sha256").or(() -> Optional.of("UNSIGNED-PAYLOAD"));
    }
    String contentSha256 =
        given.orElseThrow(() ->
            new S3Exception(
                S3ErrorCode.INVALID_REQUEST,
                "Missing required header for this request: x-amz-content-sha256"));
    PayloadMode mode = PayloadMode.of(contentSha256);
    SigningKey key =
        SignatureVerifier.verify(request, claim, tenant.secretAccessKey(), contentSha256);
    S3Request complete = claim.presigned() ? withMovedHeaders(request) : request;
    DeclaredChecks declared = DeclaredChecks.of(complete.headers());
    if (!mode.chunked()) {
      return new Caller(
          tenant,
          complete,
          new CheckedBody(
              request.body(),
              request.contentLength(),
              mode == PayloadMode.SIGNED
                  ? Optional.of(contentSha256.toLowerCase(Locale.ROOT))
                  : Optional.empty(),
              Map::of,
              declared));
    }
    long decodedBytes = decodedLength(complete.headers());
    ChunkedBody chunks =
        new ChunkedBody(
            request.body(),
            mode.chunksSigned()
                ? Optional.of(
                    new ChunkSigner(key, claim.amzDate(), claim.scope(), claim.signature()))
                : Optional.empty(),
            mode.trailer(),
            decodedBytes);
    return new Caller(
        tenant,
        complete,
        new CheckedBody(
            chunks, OptionalLong.of(decodedBytes), Optional.empty(), chunks::trailers, declared));
  }

  private Caller version2(S3Request request) {
    if (!acceptPresignedV2) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST,
          "Presigned URLs of Signature Version 2 are switched off. Please use AWS4-HMAC-SHA256.");
    }
    refuseToken(request);
    Tenant tenant = require(PresignedUrl.accessKeyId(request));
    S3Request complete = withMovedHeaders(request);
    PresignedUrl.verify(complete, tenant.secretAccessKey(), clock.instant());
    return new Caller(
        tenant,
        complete,
        new CheckedBody(
            request.body(),
            request.contentLength(),
            Optional.empty(),
            Map::of,
            DeclaredChecks.of(complete.headers())));
  }

  private Tenant require(String accessKeyId) {
    return tenants
        .find(accessKeyId)
        .orElseThrow(() ->
            new S3Exception(
                    S3ErrorCode.INVALID_ACCESS_KEY_ID,
                    "The AWS Access Key Id you provided does not exist in our records.")
                .with("AWSAccessKeyId", accessKeyId));
  }

  private static void refuseToken(S3Request request) {
    if (request.headers().has("x-amz-security-token")
        || request.query().has("X-Amz-Security-Token")
        || request.query().has("x-amz-security-token")) {
      throw new S3Exception(
          S3ErrorCode.INVALID_TOKEN,
          "This gateway issues no temporary credentials: remove the session token.");
    }
  }

  private static long decodedLength(RequestHeaders headers) {
    String text = headers.find("x-amz-decoded-content-length").orElse("");
    try {
      long length = Long.parseLong(text);
      if (length >= 0) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new S3Exception(
        S3ErrorCode.MISSING_CONTENT_LENGTH,
        "A chunked body needs the header x-amz-decoded-content-length with its size in bytes.");
  }

  /** SDKs move headers into the URL that they presign; the signature covers them there. */
  private static S3Request withMovedHeaders(S3Request request) {
    RequestHeaders headers = request.headers();
    for (Parameter parameter : request.query().all()) {
      String name = parameter.name().toLowerCase(Locale.ROOT);
      boolean header = name.startsWith("x-amz-") || MOVED_HEADERS.contains(name);
      if (header && !SIGNATURE_PARAMETERS.contains(name) && !headers.has(name)) {
        headers = headers.with(name, parameter.value());
      }
    }
    return new S3Request(
        request.id(),
        request.received(),
        request.method(),
        request.rawPath(),
        request.query(),
        headers,
        request.bucket(),
        request.key(),
        request.hostBucket(),
        request.contentLength(),
        request.body());
  }
}
