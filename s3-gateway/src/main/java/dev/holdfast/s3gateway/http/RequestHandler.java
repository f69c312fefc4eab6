package dev.holdfast.s3gateway.http;

import java.io.IOException;

/** Answers requests; called on a virtual thread of each request's own, may block. */
public interface RequestHandler {
  /**
   * @throws dev.holdfast.s3gateway.error.S3Exception for a refusal
   * @throws IOException when the client's body broke off
   */
  S3Response handle(S3Request request) throws IOException;

  /** Turns whatever {@link #handle} or a streamed body threw into an answer. */
  S3Response refuse(S3Request request, Throwable failure);
}
