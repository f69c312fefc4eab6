package dev.holdfast.satellite.chores;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that repeats on a virtual thread of its own, one run at a time. A run that fails is logged
 * and repeated at the next turn. A nudge brings the next run near: it may come from inside a
 * transaction, so a few runs follow it with growing pauses, until the commit must be visible.
 * Thread-safe.
 */
public final class Chore implements AutoCloseable {

  /** One run: idempotent, reads current state, ends soon after an interrupt. */
  @FunctionalInterface
  public interface Run {
    void runOnce() throws InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Chore.class);
  private static final long[] PAUSES_AFTER_NUDGE_MILLIS = {100, 500, 2_000};

  private final String name;
  private final Duration interval;
  private final Run run;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int pauseAfterNudge = PAUSES_AFTER_NUDGE_MILLIS.length;
  private boolean nudged;
  private boolean closed;
  private @Nullable Thread thread;

  public Chore(String name, Duration interval, Run run) {
    this.name = name;
    this.interval = interval;
    this.run = run;
  }

  /** Starts; the first run is at once. */
  public void start() {
    lock.lock();
    try {
      if (thread != null || closed) {
        throw new IllegalStateException("chore " + name + " was started before");
      }
      thread = Thread.ofVirtual().name("chore-" + name).start(this::loop);
    } finally {
      lock.unlock();
    }
  }

  /** Brings runs near; cheap, never blocks for long. */
  public void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts a run under way and waits for its end, at most ten seconds. */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      running = thread;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (running != null) {
      running.interrupt();
      try {
        running.join(Duration.ofSeconds(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void loop() {
    try {
      do {
        try {
          run.runOnce();
        } catch (RuntimeException e) {
          LOG.atWarn()
              .addKeyValue("chore", name)
              .setCause(e)
              .log("a chore failed and will be run again");
        }
      } while (awaitTurn());
    } catch (InterruptedException e) {
      // Only close interrupts.
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitTurn() throws InterruptedException {
    lock.lock();
    try {
      long remaining = nextPauseNanos();
      while (!closed && remaining > 0) {
        if (nudged) {
          nudged = false;
          pauseAfterNudge = 0;
          remaining = Math.min(remaining, nextPauseNanos());
        }
        remaining = changed.awaitNanos(remaining);
      }
      if (pauseAfterNudge < PAUSES_AFTER_NUDGE_MILLIS.length) {
        pauseAfterNudge++;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private long nextPauseNanos() {
    if (pauseAfterNudge < PAUSES_AFTER_NUDGE_MILLIS.length) {
      return Math.min(
          interval.toNanos(),
          TimeUnit.MILLISECONDS.toNanos(PAUSES_AFTER_NUDGE_MILLIS[pauseAfterNudge]));
    }
    return interval.toNanos();
  }
}
