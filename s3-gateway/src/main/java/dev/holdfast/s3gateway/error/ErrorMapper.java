package dev.holdfast.s3gateway.error;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;

/** The one mapping from the network's error codes to S3's. */
public final class ErrorMapper {
  private ErrorMapper() {}

  /** The same refusal in S3's dialect; the message is kept, since it names need and have. */
  public static S3Exception map(HoldfastException failure) {
    S3ErrorCode code = codeOf(failure.code());
    String message = failure.getMessage();
    S3Exception mapped =
        new S3Exception(code, message == null ? failure.code().stableName() : message, failure)
            .with("HoldfastCode", failure.code().stableName());
    return code.status() == S3ErrorCode.SERVICE_UNAVAILABLE.status()
        ? mapped.withHeader("Retry-After", "5")
        : mapped;
  }

  /** S3's code for one of the network's. */
  public static S3ErrorCode codeOf(ErrorCode code) {
    return switch (code) {
      case BUCKET_NOT_FOUND -> S3ErrorCode.NO_SUCH_BUCKET;
      case BUCKET_EXISTS -> S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU;
      case BUCKET_NOT_EMPTY -> S3ErrorCode.BUCKET_NOT_EMPTY;
      case OBJECT_NOT_FOUND -> S3ErrorCode.NO_SUCH_KEY;
      case UPLOAD_NOT_FOUND -> S3ErrorCode.NO_SUCH_UPLOAD;
      case PART_NOT_FOUND -> S3ErrorCode.INVALID_PART;
      case PRECONDITION_FAILED -> S3ErrorCode.PRECONDITION_FAILED;
      case OBJECT_CHANGED -> S3ErrorCode.CONDITIONAL_REQUEST_CONFLICT;
      case RANGE_INVALID -> S3ErrorCode.INVALID_RANGE;
      case NOT_IMPLEMENTED -> S3ErrorCode.NOT_IMPLEMENTED;
      case BUSY -> S3ErrorCode.SLOW_DOWN;
      default ->
          switch (code.category()) {
            case CALLER -> S3ErrorCode.INVALID_REQUEST;
            case UNAUTHENTICATED, FORBIDDEN -> S3ErrorCode.ACCESS_DENIED;
            case NOT_FOUND -> S3ErrorCode.NO_SUCH_KEY;
            case CONFLICT -> S3ErrorCode.CONDITIONAL_REQUEST_CONFLICT;
            case CAPACITY, UNAVAILABLE -> S3ErrorCode.SERVICE_UNAVAILABLE;
            case INTERNAL -> S3ErrorCode.INTERNAL_ERROR;
          };
    };
  }
}
