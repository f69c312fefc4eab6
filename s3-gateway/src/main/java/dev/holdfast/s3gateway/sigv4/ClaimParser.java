package dev.holdfast.s3gateway.sigv4;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.S3Request;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads a Version 4 claim from a request's header or query. */
public final class ClaimParser {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final long MAX_EXPIRES_SECONDS = 604_800;
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  private ClaimParser() {}

  /** Whether the request carries a Version 4 signature in its query. */
  public static boolean isPresigned(S3Request request) {
    return request.query().has("X-Amz-Algorithm");
  }

  /** Reads the claim of an Authorization header. */
  public static SignatureClaim ofHeader(S3Request request, String authorization) {
    if (!authorization.startsWith(ALGORITHM)) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST,
          "The authorization mechanism you have provided is not supported. Please use "
              + ALGORITHM
              + ".");
    }
    String credential = null;
    String signedHeaders = null;
    String signature = null;
    for (String field : authorization.substring(ALGORITHM.length()).split(",", -1)) {
      String trimmed = field.strip();
      int equals = trimmed.indexOf('=');
      String name = equals < 0 ? trimmed : trimmed.substring(0, equals);
      String value = equals < 0 ? "" : trimmed.substring(equals + 1);
      switch (name) {
        case "Credential" -> credential = value;
        case "SignedHeaders" -> signedHeaders = value;
        case "Signature" -> signature = value;
        default -> throw malformed("it has the unknown field " + name);
      }
    }
    if (credential == null || signedHeaders == null || signature == null) {
      throw malformed("it needs Credential, SignedHeaders and Signature");
    }
    Instant signed;
    String amzDate;
    Optional<String> header = request.headers().find("x-amz-date");
    try {
      if (header.isPresent()) {
        amzDate = header.get();
        signed = parseAmzDate(amzDate);
      } else {
        String date = request.headers().find("date").orElse("");
        signed = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        amzDate = AMZ_DATE.format(signed.atOffset(ZoneOffset.UTC));
      }
    } catch (DateTimeException e) {
      throw new S3Exception(
          S3ErrorCode.ACCESS_DENIED,
          "AWS authentication requires a valid Date or x-amz-date header");
    }
    return claim(
        credential,
        amzDate,
        signed,
        signedHeaders,
        signature,
        Optional.empty(),
        S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED);
  }

  /** Reads the claim of a presigned URL. */
  public static SignatureClaim ofQuery(S3Request request) {
    QueryParameters query = request.query();
    if (!query.orElse("X-Amz-Algorithm", "").equals(ALGORITHM)) {
      throw badQuery("X-Amz-Algorithm only supports \"" + ALGORITHM + "\"");
    }
    for (String name :
        List.of(
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-SignedHeaders",
            "X-Amz-Signature")) {
      if (query.orElse(name, "").isEmpty()) {
        throw badQuery(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
                + " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires"
                + " parameters; "
                + name
                + " is missing.");
      }
    }
    long expires = -1;
    try {
      expires = Long.parseLong(query.orElse("X-Amz-Expires", ""));
    } catch (NumberFormatException e) {
      // Told below.
    }
    if (expires < 1 || expires > MAX_EXPIRES_SECONDS) {
      throw badQuery(
          "X-Amz-Expires must be a number of seconds from 1 to " + MAX_EXPIRES_SECONDS + ".");
    }
    String amzDate = query.orElse("X-Amz-Date", "");
    Instant signed;
    try {
      signed = parseAmzDate(amzDate);
    } catch (DateTimeException e) {
      throw badQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
    }
    return claim(
        query.orElse("X-Amz-Credential", ""),
        amzDate,
        signed,
        query.orElse("X-Amz-SignedHeaders", ""),
        query.orElse("X-Amz-Signature", ""),
        Optional.of(Duration.ofSeconds(expires)),
        S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR);
  }

  private static Instant parseAmzDate(String text) {
    return LocalDateTime.parse(text, AMZ_DATE).toInstant(ZoneOffset.UTC);
  }

  private static SignatureClaim claim(
      String credential,
      String amzDate,
      Instant signed,
      String signedHeaders,
      String signature,
      Optional<Duration> expires,
      S3ErrorCode malformed) {
    String[] fields = credential.split("/", -1);
    int n = fields.length;
    String problem = null;
    if (n < 5) {
      problem =
          "the Credential is mal-formed; expecting"
              + " \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    } else if (!fields[n - 1].equals(CredentialScope.TERMINATOR)) {
      problem = "the Credential must end in \"" + CredentialScope.TERMINATOR + "\".";
    } else if (!fields[n - 2].equals("s3")) {
      problem = "incorrect service \"" + fields[n - 2] + "\". This endpoint belongs to \"s3\".";
    } else if (!amzDate.startsWith(fields[n - 4]) || fields[n - 4].length() != 8) {
      problem = "the date in the Credential is not that of the request.";
    } else if (!List.of(signedHeaders.split(";", -1)).contains("host")) {
      problem = "the host header must be signed.";
    }
    if (problem != null) {
      throw new S3Exception(malformed, "The authorization is malformed; " + problem);
    }
    String accessKeyId = String.join("/", List.of(fields).subList(0, n - 4));
    return new SignatureClaim(
        accessKeyId,
        new CredentialScope(fields[n - 4], fields[n - 3], fields[n - 2]),
        amzDate,
        signed,
        List.of(signedHeaders.split(";", -1)),
        signature,
        expires);
  }

  private static S3Exception malformed(String why) {
    return new S3Exception(
        S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED,
        "The authorization header is malformed; " + why + ".");
  }

  private static S3Exception badQuery(String why) {
    return new S3Exception(S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR, why);
  }
}
