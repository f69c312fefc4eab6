package dev.holdfast.systemtests.fault;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The fault that one direction of a proxy has at the moment; all its connections read it.
 * Thread-safe.
 */
final class FaultSetting {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private LinkFault fault = LinkFault.NONE;
  private boolean closed;

  LinkFault fault() {
    lock.lock();
    try {
      return fault;
    } finally {
      lock.unlock();
    }
  }

  void set(LinkFault newFault) {
    lock.lock();
    try {
      fault = newFault;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the direction is stalled; false when the proxy was closed. */
  boolean awaitFlow() throws InterruptedException {
    lock.lock();
    try {
      while (fault.stalled() && !closed) {
        changed.await();
      }
      return !closed;
    } finally {
      lock.unlock();
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
