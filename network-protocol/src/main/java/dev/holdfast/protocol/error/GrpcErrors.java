package dev.holdfast.protocol.error;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * The one mapping between {@link HoldfastException} and gRPC. The stable name of the code travels
 * in the trailer {@code holdfast-error-code}, the message in the status description. Thread-safe.
 */
public final class GrpcErrors {
  /** Trailer that carries {@link ErrorCode#stableName()}. */
  public static final Metadata.Key<String> CODE_TRAILER =
      Metadata.Key.of("holdfast-error-code", Metadata.ASCII_STRING_MARSHALLER);

  private GrpcErrors() {}

  /** What a service throws or passes to {@code onError}. */
  public static StatusRuntimeException toGrpc(HoldfastException failure) {
    Metadata trailers = new Metadata();
    trailers.put(CODE_TRAILER, failure.code().stableName());
    return statusOf(failure.code().category())
        .withDescription(failure.getMessage())
        .withCause(failure)
        .asRuntimeException(trailers);
  }

  /**
   * The same for whatever a service method threw: foreign exceptions become {@link
   * ErrorCode#INTERNAL} without their text, which may hold what a caller must not see.
   */
  public static StatusRuntimeException toGrpc(Throwable failure) {
    return switch (failure) {
      case HoldfastException known -> toGrpc(known);
      case StatusRuntimeException status -> status;
      case StatusException status -> status.getStatus().asRuntimeException(status.getTrailers());
      default ->
          toGrpc(
              new HoldfastException(
                  ErrorCode.INTERNAL,
                  "The request failed inside the service; its log says why.",
                  failure));
    };
  }

  /**
   * What a caller gets from a failed call. Codes of a newer peer fall back to one of the same gRPC
   * status.
   */
  public static HoldfastException fromGrpc(StatusRuntimeException failure) {
    return from(failure.getStatus(), failure.getTrailers(), failure);
  }

  /**
   * The same for any failure of a call, for instance the argument of {@code
   * StreamObserver.onError}.
   */
  public static HoldfastException fromGrpc(Throwable failure) {
    return switch (failure) {
      case HoldfastException known -> known;
      case StatusRuntimeException status -> fromGrpc(status);
      case StatusException status -> from(status.getStatus(), status.getTrailers(), status);
      default ->
          new HoldfastException(
              ErrorCode.INTERNAL, "The call failed: " + failure.getMessage(), failure);
    };
  }

  private static HoldfastException from(
      Status status, @Nullable Metadata trailers, Throwable cause) {
    String name = trailers == null ? null : trailers.get(CODE_TRAILER);
    ErrorCode code =
        name == null
            ? codeOf(status.getCode())
            : ErrorCode.ofStableName(name).orElseGet(() -> codeOf(status.getCode()));
    String description = status.getDescription();
    if (description == null) {
      description = "The call failed with gRPC status " + status.getCode() + ".";
    }
    Throwable reason = status.getCause();
    if (name == null && reason != null && reason.getMessage() != null) {
      description = description + " (" + reason.getMessage() + ")";
    }
    return new HoldfastException(code, description, cause);
  }

  private static Status statusOf(ErrorCode.Category category) {
    return switch (category) {
      case CALLER -> Status.INVALID_ARGUMENT;
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case FORBIDDEN -> Status.PERMISSION_DENIED;
      case NOT_FOUND -> Status.NOT_FOUND;
      case CONFLICT -> Status.FAILED_PRECONDITION;
      case CAPACITY -> Status.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case INTERNAL -> Status.INTERNAL;
    };
  }

  private static ErrorCode codeOf(Status.Code status) {
    return switch (status) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorCode.BAD_REQUEST;
      case UNAUTHENTICATED -> ErrorCode.API_KEY_INVALID;
      case PERMISSION_DENIED -> ErrorCode.OPERATION_DENIED;
      case NOT_FOUND -> ErrorCode.OBJECT_NOT_FOUND;
      case ALREADY_EXISTS, FAILED_PRECONDITION -> ErrorCode.PRECONDITION_FAILED;
      case ABORTED -> ErrorCode.CONTENTION;
      case RESOURCE_EXHAUSTED -> ErrorCode.BUSY;
      case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> ErrorCode.TIMED_OUT;
      case CANCELLED -> ErrorCode.CANCELLED;
      case UNIMPLEMENTED -> ErrorCode.NOT_IMPLEMENTED;
      case OK, UNKNOWN, INTERNAL, DATA_LOSS -> ErrorCode.INTERNAL;
    };
  }
}
