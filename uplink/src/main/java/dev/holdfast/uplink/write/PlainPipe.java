package dev.holdfast.uplink.write;

import dev.holdfast.uplink.segment.PlainSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries the bytes of one segment from the thread that writes the object to the one that sends the
 * segment. Bounded: the writer waits for the reader. One thread on each side.
 */
final class PlainPipe implements PlainSource {
  private static final int CAPACITY = 128 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final byte[] ring = new byte[CAPACITY];
  private int start;
  private int filled;
  private boolean finished;
  private boolean readerGone;
  private @Nullable IOException abandoned;

  /** Adds bytes; answers false when the reader has ended before its time. */
  boolean write(byte[] bytes, int offset, int length) throws InterruptedIOException {
    lock.lock();
    try {
      int done = 0;
      while (done < length) {
        while (filled == CAPACITY && !readerGone) {
          await();
        }
        if (readerGone) {
          return false;
        }
        int end = (start + filled) % CAPACITY;
        int run = Math.min(length - done, Math.min(CAPACITY - filled, CAPACITY - end));
        System.arraycopy(bytes, offset + done, ring, end, run);
        filled += run;
        done += run;
        changed.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** No more bytes will come. */
  void finish() {
    lock.lock();
    try {
      finished = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The writer gives up: the reader's next read fails. */
  void abandon() {
    lock.lock();
    try {
      abandoned = new IOException("The upload was given up by its writer.");
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody will read any more. */
  void readerEnded() {
    lock.lock();
    try {
      readerGone = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    lock.lock();
    try {
      while (filled == 0 && !finished && abandoned == null) {
        await();
      }
      if (abandoned != null) {
        throw new IOException(abandoned.getMessage(), abandoned);
      }
      if (filled == 0) {
        return -1;
      }
      int run = Math.min(length, Math.min(filled, CAPACITY - start));
      System.arraycopy(ring, start, into, offset, run);
      start = (start + run) % CAPACITY;
      filled -= run;
      changed.signalAll();
      return run;
    } finally {
      lock.unlock();
    }
  }

  private void await() throws InterruptedIOException {
    try {
      changed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The transfer was interrupted.");
    }
  }
}
