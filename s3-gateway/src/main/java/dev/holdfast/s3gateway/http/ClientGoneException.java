package dev.holdfast.s3gateway.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The client's connection ended, or stood still too long, inside a body: nobody is left to read an
 * answer.
 */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  public ClientGoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
