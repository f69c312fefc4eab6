package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.authentication.Caller;
import dev.holdfast.s3gateway.http.S3Response;
import java.io.IOException;

/** One S3 action. Thread-safe; may block. */
interface Operation {
  S3Response run(Caller caller) throws IOException;
}
