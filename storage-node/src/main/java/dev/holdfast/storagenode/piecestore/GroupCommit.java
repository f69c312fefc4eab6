package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.disk.DiskFile;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets many writers of one file share a sync: while one sync runs, all who ask wait for the next
 * one. After a failed sync the file is never trusted again, since the system may have dropped the
 * bytes that it could not write. Thread-safe.
 */
final class GroupCommit {
  private final DiskFile file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition finished = lock.newCondition();
  private long asked;
  private long done;
  private boolean running;
  private @Nullable IOException failure;

  GroupCommit(DiskFile file) {
    this.file = file;
  }

  /** Returns when all that was written to the file before the call is durable. */
  void sync() throws IOException {
    lock.lock();
    try {
      long mine = ++asked;
      while (done < mine) {
        if (failure != null) {
          throw new IOException("an earlier sync of this log failed", failure);
        }
        if (running) {
          finished.awaitUninterruptibly();
        } else {
          lead();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  boolean hasFailed() {
    lock.lock();
    try {
      return failure != null;
    } finally {
      lock.unlock();
    }
  }

  private void lead() {
    running = true;
    long covered = asked;
    IOException failed = new IOException("the sync ended abnormally");
    boolean succeeded = false;
    lock.unlock();
    try {
      file.force();
      succeeded = true;
    } catch (IOException e) {
      failed = e;
    } finally {
      lock.lock();
      running = false;
      if (succeeded) {
        done = covered;
      } else {
        failure = failed;
      }
      finished.signalAll();
    }
  }
}
