package dev.holdfast.s3gateway.http;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a blocking stream, fed by the event loop. At most {@link #WINDOW} buffers are
 * asked for ahead of the reader, so that a slow reader stops the client instead of filling memory.
 * Read by one thread.
 */
final class RequestBody extends InputStream {
  /** Buffers (of at most 64 KiB) asked for ahead of the reader. */
  private static final int WINDOW = 4;

  private static final int REFILL = WINDOW / 2;

  private final HttpServerRequest request;
  private final Context context;
  private final Duration patience;
  private final boolean expectsContinue;

  /** Bounded by the demand that was signalled, and at most one end or failure. */
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private @Nullable Buffer current;
  private int position;
  private int consumed;
  private boolean started;
  private boolean ended;

  private sealed interface Event {}

  private record Bytes(Buffer buffer) implements Event {}

  private record End() implements Event {}

  private record Broken(Throwable cause) implements Event {}

  /** Must be called on the event loop, before the request's first bytes are handed out. */
  RequestBody(HttpServerRequest request, Context context, Duration patience) {
    this.request = request;
    this.context = context;
    this.patience = patience;
    this.expectsContinue = "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    request.pause();
    request.handler(buffer -> events.add(new Bytes(buffer)));
    request.endHandler(end -> events.add(new End()));
    request.exceptionHandler(cause -> events.add(new Broken(cause)));
  }

  /** Tells a waiting reader that no more will come. */
  void broken(Throwable cause) {
    events.add(new Broken(cause));
  }

  /** Whether the client still waits for permission to send. */
  boolean awaitsContinue() {
    return expectsContinue && !started;
  }

  boolean ended() {
    return ended;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    Buffer buffer = current;
    while (buffer == null) {
      if (ended) {
        return -1;
      }
      start();
      switch (next()) {
        case Bytes(Buffer received) -> {
          refill();
          if (received.length() > 0) {
            buffer = received;
            current = received;
            position = 0;
          }
        }
        case End _ -> ended = true;
        case Broken(Throwable cause) ->
            throw new ClientGoneException(
                "The client's connection broke off inside the body", cause);
      }
    }
    int count = Math.min(length, buffer.length() - position);
    buffer.getBytes(position, position + count, bytes, offset);
    position += count;
    if (position == buffer.length()) {
      current = null;
    }
    return count;
  }

  private void start() {
    if (!started) {
      started = true;
      context.runOnContext(go -> {
        if (expectsContinue) {
          request.response().writeContinue();
        }
        request.fetch(WINDOW);
      });
    }
  }

  private void refill() {
    consumed++;
    if (consumed == REFILL) {
      consumed = 0;
      context.runOnContext(go -> request.fetch(REFILL));
    }
  }

  private Event next() throws IOException {
    try {
      Event event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        throw new S3Exception(
            S3ErrorCode.REQUEST_TIMEOUT,
            "No byte of the body came for " + patience.toSeconds() + " s. Send the request again.");
      }
      return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the client's body");
    }
  }
}
