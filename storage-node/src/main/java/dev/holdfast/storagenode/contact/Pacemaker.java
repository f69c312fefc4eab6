package dev.holdfast.storagenode.contact;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a loop wait between its steps, be woken early and be stopped, without interrupts: those
 * would close the files that the loop uses. Thread-safe.
 */
public final class Pacemaker {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean nudged;
  private boolean stopped;

  /** Waits so long, or until nudged; false when the loop is to end. */
  public boolean pause(Duration duration) {
    lock.lock();
    try {
      long left = duration.toNanos();
      while (!stopped && !nudged && left > 0) {
        left = changed.awaitNanos(left);
      }
      nudged = false;
      return !stopped;
    } catch (InterruptedException e) {
      throw new IllegalStateException("a background loop was interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the present or the next pause at once. */
  public void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the loop at its next pause. */
  public void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the loop is to end. */
  public boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }
}
