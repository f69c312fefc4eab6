package dev.holdfast.s3gateway.sigv2;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters.Parameter;
import dev.holdfast.s3gateway.http.S3Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A presigned URL of Signature Version 2: {@code ?AWSAccessKeyId=..&Expires=<epoch
 * seconds>&Signature=<Base64 of HMAC-SHA1>}.
 */
public final class PresignedUrl {
  private static final String HMAC = "HmacSHA1";

  /** Parameters that are part of the signed resource. */
  private static final Set<String> SIGNED_PARAMETERS =
      Set.of(
          "accelerate",
          "acl",
          "analytics",
          "cors",
          "defaultObjectAcl",
          "delete",
          "inventory",
          "lifecycle",
          "location",
          "logging",
          "metrics",
          "notification",
          "object-lock",
          "partNumber",
          "policy",
          "replication",
          "requestPayment",
          "response-cache-control",
          "response-content-disposition",
          "response-content-encoding",
          "response-content-language",
          "response-content-type",
          "response-expires",
          "restore",
          "retention",
          "legal-hold",
          "select",
          "select-type",
          "tagging",
          "torrent",
          "uploadId",
          "uploads",
          "versionId",
          "versioning",
          "versions",
          "website");

  private PresignedUrl() {}

  /** Whether the request carries a Version 2 signature in its query. */
  public static boolean isPresigned(S3Request request) {
    return request.query().has("AWSAccessKeyId");
  }

  public static String accessKeyId(S3Request request) {
    return request.query().orElse("AWSAccessKeyId", "");
  }

  /**
   * Verifies end and signature.
   *
   * @throws S3Exception when it has expired or does not match
   */
  public static void verify(S3Request request, SecretBytes secretAccessKey, Instant now) {
    String expires = request.query().orElse("Expires", "");
    long end;
    try {
      end = Long.parseLong(expires);
    } catch (NumberFormatException e) {
      throw new S3Exception(
          S3ErrorCode.ACCESS_DENIED, "Invalid date (should be seconds since epoch): " + expires);
    }
    if (now.getEpochSecond() > end) {
      throw new S3Exception(S3ErrorCode.ACCESS_DENIED, "Request has expired")
          .with("ServerTime", now.toString());
    }
    byte[] right = hmac(secretAccessKey.expose(), stringToSign(request, expires));
    byte[] given = request.query().orElse("Signature", "").getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(Base64.getEncoder().encode(right), given)) {
      throw new S3Exception(
          S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
          "The request signature we calculated does not match the signature you provided. Check"
              + " your key and signing method.");
    }
  }

  static String stringToSign(S3Request request, String expires) {
    StringBuilder text = new StringBuilder(256);
    text.append(request.method()).append('\n');
    text.append(request.headers().find("content-md5").orElse("")).append('\n');
    text.append(request.headers().find("content-type").orElse("")).append('\n');
    text.append(expires).append('\n');
    for (String name : amzHeaders(request)) {
      String value =
          request.headers().all(name).stream().map(String::strip).collect(Collectors.joining(","));
      text.append(name).append(':').append(value).append('\n');
    }
    text.append(request.resource());
    String parameters =
        request.query().all().stream()
            .filter(parameter -> SIGNED_PARAMETERS.contains(parameter.name()))
            .sorted(Comparator.comparing(Parameter::name))
            .map(PresignedUrl::parameter)
            .collect(Collectors.joining("&"));
    return text.append(parameters.isEmpty() ? "" : "?").append(parameters).toString();
  }

  private static Set<String> amzHeaders(S3Request request) {
    Set<String> names = new TreeSet<>();
    for (String name : request.headers().names()) {
      if (name.startsWith("x-amz-")) {
        names.add(name);
      }
    }
    return names;
  }

  private static String parameter(Parameter parameter) {
    return parameter.value().isEmpty()
        ? parameter.name()
        : parameter.name() + "=" + parameter.value();
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA1 is in every JDK", e);
    }
  }
}
