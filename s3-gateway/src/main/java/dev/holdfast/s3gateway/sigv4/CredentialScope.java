package dev.holdfast.s3gateway.sigv4;

/**
 * What a signing key is good for.
 *
 * @param date yyyyMMdd, UTC
 */
public record CredentialScope(String date, String region, String service) {
  static final String TERMINATOR = "aws4_request";

  /** As it stands in strings to sign. */
  public String text() {
    return date + "/" + region + "/" + service + "/" + TERMINATOR;
  }
}
