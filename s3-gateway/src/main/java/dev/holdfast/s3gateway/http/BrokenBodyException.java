package dev.holdfast.s3gateway.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The client's connection ended inside its body; nobody is left to read an answer. */
public final class BrokenBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  public BrokenBodyException(@Nullable Throwable cause) {
    super("The client's connection broke off inside the body", cause);
  }
}
