package dev.holdfast.protocol.error;

import org.jspecify.annotations.Nullable;

/**
 * A refused or failed operation with its stable code. The message is for people: it names the
 * value, the limit and the way out, and never a secret. Programs decide by {@link #code()} only.
 */
public class HoldfastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public HoldfastException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public HoldfastException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  @Override
  public String toString() {
    return "HoldfastException[" + code.stableName() + "]: " + getMessage();
  }
}
