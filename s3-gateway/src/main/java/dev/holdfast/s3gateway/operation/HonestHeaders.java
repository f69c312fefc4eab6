package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.RequestHeaders;
import java.util.Set;

/**
 * Refuses headers that ask for what this gateway does not do, instead of dropping them silently.
 */
final class HonestHeaders {
  /** Every object is private and owned by the project: these say just that. */
  private static final Set<String> TRUE_ACLS = Set.of("private", "bucket-owner-full-control");

  private static final Set<String> STORAGE_CLASSES =
      Set.of(
          "STANDARD",
          "REDUCED_REDUNDANCY",
          "STANDARD_IA",
          "ONEZONE_IA",
          "INTELLIGENT_TIERING",
          "GLACIER",
          "DEEP_ARCHIVE",
          "GLACIER_IR",
          "EXPRESS_ONEZONE");

  private HonestHeaders() {}

  /** For requests that write an object or make a bucket. */
  static void check(RequestHeaders headers) {
    headers
        .find("x-amz-acl")
        .filter(acl -> !TRUE_ACLS.contains(acl))
        .ifPresent(acl -> refuse("The ACL " + acl));
    headers
        .find("x-amz-storage-class")
        .filter(storageClass -> !STORAGE_CLASSES.contains(storageClass))
        .ifPresent(storageClass -> {
          throw S3Exception.invalidArgument(
              "x-amz-storage-class", storageClass, "The storage class is not one of S3's.");
        });
    headers
        .find("x-amz-server-side-encryption")
        .filter(encryption -> !encryption.equals("AES256"))
        .ifPresent(encryption -> refuse("Server-side encryption " + encryption));
    for (String name : headers.names()) {
      if (name.startsWith("x-amz-grant-")) {
        throw refusal("An ACL grant (" + name + ")");
      }
      if (name.startsWith("x-amz-object-lock-") || name.startsWith("x-amz-bucket-object-lock-")) {
        throw refusal("Object lock (" + name + ")");
      }
      if (name.equals("x-amz-website-redirect-location")) {
        throw refusal("A website redirect");
      }
      if (name.equals("x-amz-write-offset-bytes")) {
        throw refusal("Appending to an object");
      }
    }
    checkKeys(headers);
  }

  /**
   * For every request on an object: customers' own keys at the gateway would be a second
   * encryption.
   */
  static void checkKeys(RequestHeaders headers) {
    for (String name : headers.names()) {
      if (name.contains("server-side-encryption-customer-")) {
        throw refusal("Server-side encryption with customer keys");
      }
    }
  }

  private static void refuse(String what) {
    throw refusal(what);
  }

  private static S3Exception refusal(String what) {
    return S3Exception.notImplemented(what);
  }
}
