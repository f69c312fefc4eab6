package dev.holdfast.s3gateway.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer's body as a blocking stream. At most {@link #WINDOW} runs wait for the socket; a client
 * that takes none for the time of patience is given up. The head goes out with the first byte, so
 * that a failure before it can still be answered properly. Written by one thread.
 */
final class ResponseSink extends OutputStream {
  /** Runs (of at most 64 KiB) that wait for the socket. */
  private static final int WINDOW = 8;

  private static final int RUN_BYTES = 65_536;

  private final HttpServerResponse response;
  private final Context context;
  private final Duration patience;
  private final Runnable head;
  private final Semaphore places = new Semaphore(WINDOW);
  private volatile @Nullable Throwable failure;
  private boolean started;
  private long written;

  /**
   * @param head sets status and headers; called once, on the event loop
   */
  ResponseSink(HttpServerResponse response, Context context, Duration patience, Runnable head) {
    this.response = response;
    this.context = context;
    this.patience = patience;
    this.head = head;
  }

  /** Whether the head went out, so that no other answer can be given. */
  boolean started() {
    return started;
  }

  /** Makes writers fail; safe from any thread. */
  void broken(Throwable cause) {
    failure = cause;
    places.release(WINDOW);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int done = 0;
    while (done < length) {
      int count = Math.min(RUN_BYTES, length - done);
      place(1);
      Buffer run = Buffer.buffer(count).appendBytes(bytes, offset + done, count);
      boolean first = !started;
      started = true;
      context.runOnContext(go -> {
        if (first) {
          head.run();
        }
        response
            .write(run)
            .onComplete(written -> {
              if (written.failed()) {
                failure = written.cause();
              }
              places.release();
            });
      });
      done += count;
      written += count;
    }
  }

  /**
   * Waits until the socket took everything, then ends the answer.
   *
   * @param promised bytes that the head announced
   * @throws IOException also when fewer or more were written
   */
  void finish(long promised) throws IOException {
    if (written != promised) {
      throw new IOException(promised + " bytes were promised and " + written + " written");
    }
    place(WINDOW);
    boolean first = !started;
    started = true;
    context.runOnContext(go -> {
      if (first) {
        head.run();
      }
      response.end().onComplete(ended -> places.release(WINDOW));
    });
    place(WINDOW);
  }

  private void place(int count) throws IOException {
    try {
      if (!places.tryAcquire(count, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ClientGoneException(
            "The client took no byte of the answer for " + patience.toSeconds() + " s", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while sending the answer");
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new ClientGoneException("The client's connection broke off inside the answer", cause);
    }
  }
}
