package dev.holdfast.systemtests.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection: a reader that stamps what arrives and a writer that passes it on
 * when its time has come. What is under way is bounded by {@link #WINDOW_BYTES}, so a stalled link
 * pushes back as a full TCP window does.
 */
final class LinkDirection {
  private static final int RUN_BYTES = 16_384;
  private static final int WINDOW_BYTES = 4 << 20;

  private record Run(byte[] bytes, long dueNanos) {}

  private final InputStream in;
  private final OutputStream out;
  private final FaultSetting setting;
  private final AtomicLong forwardedBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Run> underWay = new ArrayDeque<>();
  private int underWayBytes;
  private boolean ended;
  private boolean closed;
  private long passedBytes;

  LinkDirection(InputStream in, OutputStream out, FaultSetting setting, AtomicLong forwardedBytes) {
    this.in = in;
    this.out = out;
    this.setting = setting;
    this.forwardedBytes = forwardedBytes;
  }

  /**
   * Reads until the sender ends its side; returns normally on a clean end and after {@link #close}.
   */
  void read() throws IOException, InterruptedException {
    byte[] buffer = new byte[RUN_BYTES];
    int count;
    while ((count = in.read(buffer)) >= 0) {
      byte[] bytes = new byte[count];
      System.arraycopy(buffer, 0, bytes, 0, count);
      lock.lock();
      try {
        while (underWayBytes >= WINDOW_BYTES && !closed) {
          changed.await();
        }
        if (closed) {
          return;
        }
        underWay.add(new Run(bytes, System.nanoTime() + setting.fault().latency().toNanos()));
        underWayBytes += count;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Passes runs on until the sender's end was reached and everything is passed, or {@link #close}
   * was called.
   */
  void write() throws IOException, InterruptedException {
    Run run;
    while ((run = next()) != null) {
      long wait = run.dueNanos() - System.nanoTime();
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(wait);
      }
      if (!setting.awaitFlow()) {
        return;
      }
      LinkFault fault = setting.fault();
      corrupt(run.bytes(), fault.corruptEveryBytes());
      if (fault.bytesPerSecond() > 0) {
        TimeUnit.NANOSECONDS.sleep(
            run.bytes().length * TimeUnit.SECONDS.toNanos(1) / fault.bytesPerSecond());
      }
      out.write(run.bytes());
      out.flush();
      passedBytes += run.bytes().length;
      forwardedBytes.addAndGet(run.bytes().length);
    }
  }

  private @Nullable Run next() throws InterruptedException {
    lock.lock();
    try {
      while (underWay.isEmpty() && !ended && !closed) {
        changed.await();
      }
      Run run = closed ? null : underWay.poll();
      if (run != null) {
        underWayBytes -= run.bytes().length;
        changed.signalAll();
      }
      return run;
    } finally {
      lock.unlock();
    }
  }

  private void corrupt(byte[] bytes, long every) {
    if (every == 0) {
      return;
    }
    for (long position = every - 1 - passedBytes % every;
        position < bytes.length;
        position += every) {
      bytes[(int) position] ^= 0x10;
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
