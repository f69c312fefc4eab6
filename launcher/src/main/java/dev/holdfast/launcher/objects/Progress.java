package dev.holdfast.launcher.objects;

import dev.holdfast.launcher.ByteText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes, speed and time left of a running command, on a terminal only: one line that is written
 * over.
 *
 * <p>Thread-safe. A script sees nothing of it but the closing line of {@link #finish}.
 */
final class Progress {
  private static final long REFRESH_NANOS = Duration.ofMillis(200).toNanos();

  private final PrintWriter err;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong totalBytes = new AtomicLong();
  private final AtomicLong objects = new AtomicLong();
  private final AtomicLong nextRefresh = new AtomicLong();

  Progress(PrintWriter err) {
    this.err = err;
    this.terminal = System.console() != null && System.console().isTerminal();
  }

  /** More bytes are known to be ahead. */
  void expect(long moreBytes) {
    totalBytes.addAndGet(moreBytes);
  }

  void moved(long moreBytes) {
    bytes.addAndGet(moreBytes);
    long now = System.nanoTime() - start;
    long due = nextRefresh.get();
    if (terminal && now >= due && nextRefresh.compareAndSet(due, now + REFRESH_NANOS)) {
      err.print("\r" + line() + "\u001b[K");
      err.flush();
    }
  }

  void objectDone() {
    objects.incrementAndGet();
  }

  private String line() {
    double seconds = (System.nanoTime() - start) / 1e9;
    long done = bytes.get();
    long total = totalBytes.get();
    double speed = done / Math.max(seconds, 0.001);
    String left =
        total > done && speed > 1
            ? ", "
                + Duration.ofSeconds((long) ((total - done) / speed))
                    .toString()
                    .substring(2)
                    .toLowerCase(Locale.ROOT)
                + " left"
            : "";
    return total > 0
        ? "%s of %s, %s/s%s".formatted(size(done), size(total), size((long) speed), left)
        : "%s, %s/s".formatted(size(done), size((long) speed));
  }

  /** Writes the closing line: how much was moved, in what time. */
  void finish(String verb) {
    double seconds = (System.nanoTime() - start) / 1e9;
    err.printf(
        "%s%s %d object%s, %s in %.1f s (%s/s)%n",
        terminal ? "\r\u001b[K" : "",
        verb,
        objects.get(),
        objects.get() == 1 ? "" : "s",
        size(bytes.get()),
        seconds,
        size((long) (bytes.get() / Math.max(seconds, 0.001))));
    err.flush();
  }

  private static String size(long bytes) {
    return ByteText.of(bytes);
  }
}
