package dev.holdfast.protocol.apikey;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;

/** Whether a key permits an action. */
public sealed interface Decision {
  /** The key permits it. */
  record Allowed() implements Decision {}

  /**
   * The key does not.
   *
   * @param code why, for programs
   * @param reason why, for people
   */
  record Denied(ErrorCode code, String reason) implements Decision {}

  default boolean isAllowed() {
    return this instanceof Allowed;
  }

  /** Throws what was denied, with its code. */
  default void orThrow() {
    if (this instanceof Denied denied) {
      throw new HoldfastException(denied.code(), denied.reason());
    }
  }
}
