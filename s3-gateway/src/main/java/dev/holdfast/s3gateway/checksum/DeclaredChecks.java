package dev.holdfast.s3gateway.checksum;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.RequestHeaders;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client declared about its body.
 *
 * @param algorithm of the declared checksum, whether it comes in a header or a trailer
 * @param value Base64, as in the header; absent: it comes in the trailer, or nothing was declared
 * @param md5 Content-MD5, Base64 of 16 bytes; absent: not declared
 */
public record DeclaredChecks(
    Optional<ChecksumAlgorithm> algorithm, Optional<String> value, Optional<String> md5) {
  /** Nothing declared. */
  public static final DeclaredChecks NONE =
      new DeclaredChecks(Optional.empty(), Optional.empty(), Optional.empty());

  private static final int MD5_BYTES = 16;

  /** Reads the headers of a request with a body. */
  public static DeclaredChecks of(RequestHeaders headers) {
    List<ChecksumAlgorithm> given = new ArrayList<>();
    Optional<String> value = Optional.empty();
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      Optional<String> header = headers.find(algorithm.header());
      if (header.isPresent()) {
        given.add(algorithm);
        value = header;
        requireValue(algorithm, header.get());
      }
    }
    for (String list : headers.all("x-amz-trailer")) {
      for (String name : list.split(",", -1)) {
        ChecksumAlgorithm.ofHeader(name.strip().toLowerCase(Locale.ROOT)).ifPresent(given::add);
      }
    }
    if (given.size() > 1) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST,
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    return new DeclaredChecks(given.stream().findFirst(), value, md5(headers));
  }

  /** Refuses a value that is not Base64 of the right length. */
  static void requireValue(ChecksumAlgorithm algorithm, String value) {
    if (decode(value) != algorithm.bytes()) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST, "Value for " + algorithm.header() + " header is invalid.");
    }
  }

  private static Optional<String> md5(RequestHeaders headers) {
    Optional<String> declared = headers.find("content-md5");
    if (declared.isPresent() && decode(declared.get()) != MD5_BYTES) {
      throw new S3Exception(
              S3ErrorCode.INVALID_DIGEST, "The Content-MD5 you specified is not valid.")
          .with("Content-MD5", declared.get());
    }
    return declared;
  }

  private static int decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length;
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }
}
