package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.checksum.ChecksumAlgorithm;
import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.RequestHeaders;
import java.util.Locale;
import java.util.Optional;

/**
 * Upload ids as clients see them: the SDK's id and, after a tilde, the checksum that the upload was
 * begun with, so that the gateway keeps no state between calls.
 */
final class UploadIds {
  private static final char SEPARATOR = '~';
  private static final String FULL_OBJECT = "FULL_OBJECT";
  private static final String COMPOSITE = "COMPOSITE";

  private UploadIds() {}

  /**
   * An id taken apart.
   *
   * @param algorithm of the checksums of parts and object; absent: none was asked for
   * @param fullObject whether the object's checksum is over its bytes
   */
  record UploadId(String sdkId, Optional<ChecksumAlgorithm> algorithm, boolean fullObject) {
    String text() {
      return algorithm
          .map(a -> sdkId + SEPARATOR + a.name() + SEPARATOR + type(fullObject))
          .orElse(sdkId);
    }
  }

  static UploadId parse(String text) {
    String[] fields = text.split(String.valueOf(SEPARATOR), -1);
    if (fields.length == 1) {
      return new UploadId(text, Optional.empty(), false);
    }
    Optional<ChecksumAlgorithm> algorithm = ChecksumAlgorithm.find(fields[1]);
    if (fields.length != 3 || algorithm.isEmpty()) {
      throw new S3Exception(
              S3ErrorCode.NO_SUCH_UPLOAD,
              "The specified upload does not exist. The upload ID may be invalid, or the upload may"
                  + " have been aborted or completed.")
          .with("UploadId", text);
    }
    return new UploadId(fields[0], algorithm, fields[2].equals(FULL_OBJECT));
  }

  /** What the headers of CreateMultipartUpload ask for. */
  static UploadId begun(String sdkId, RequestHeaders headers) {
    Optional<ChecksumAlgorithm> algorithm =
        headers.find("x-amz-checksum-algorithm").map(CopyOperations::requireAlgorithm);
    Optional<String> type = headers.find("x-amz-checksum-type");
    if (algorithm.isEmpty()) {
      if (type.isPresent()) {
        throw new S3Exception(
            S3ErrorCode.INVALID_REQUEST,
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                + " header.");
      }
      return new UploadId(sdkId, algorithm, false);
    }
    boolean fullObject =
        type.map(t -> t.equals(FULL_OBJECT)).orElse(!algorithm.get().allowsComposite());
    boolean allowed =
        fullObject ? algorithm.get().allowsFullObject() : algorithm.get().allowsComposite();
    if (!allowed || !type.orElse(type(fullObject)).equals(type(fullObject))) {
      throw new S3Exception(
          S3ErrorCode.INVALID_REQUEST,
          "The "
              + type.orElse(COMPOSITE)
              + " checksum type cannot be used with the "
              + algorithm.get().name().toLowerCase(Locale.ROOT)
              + " checksum algorithm.");
    }
    return new UploadId(sdkId, algorithm, fullObject);
  }

  static String type(boolean fullObject) {
    return fullObject ? FULL_OBJECT : COMPOSITE;
  }
}
