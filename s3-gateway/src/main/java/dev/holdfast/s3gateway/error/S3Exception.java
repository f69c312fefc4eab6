package dev.holdfast.s3gateway.error;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal in S3's dialect. The message goes to the client: it names what was wrong and the way
 * out, never a secret and never a signature that was expected.
 */
public final class S3Exception extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final S3ErrorCode code;
  private final transient Map<String, String> details = new LinkedHashMap<>();
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  public S3Exception(S3ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public S3Exception(S3ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public static S3Exception notImplemented(String what) {
    return new S3Exception(
        S3ErrorCode.NOT_IMPLEMENTED,
        what + " is not implemented by this gateway; see docs/s3-compatibility.md for what is.");
  }

  public static S3Exception invalidArgument(String name, String value, String message) {
    return new S3Exception(S3ErrorCode.INVALID_ARGUMENT, message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value);
  }

  /** Adds an element to the error document. */
  public S3Exception with(String element, String value) {
    details.put(element, value);
    return this;
  }

  /** Adds a header to the answer. */
  public S3Exception withHeader(String name, String value) {
    headers.put(name, value);
    return this;
  }

  public S3ErrorCode code() {
    return code;
  }

  public Map<String, String> details() {
    return Map.copyOf(details);
  }

  public Map<String, String> headers() {
    return Map.copyOf(headers);
  }

  public String text() {
    String message = getMessage();
    return message == null ? code.text() : message;
  }
}
