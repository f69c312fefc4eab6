package dev.holdfast.uplink.segment.resource;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * The platform threads that encrypt, code and hash: as many as the machine has cores, so that
 * computing never crowds out the virtual threads that wait for I/O. Transfers bound what they
 * queue.
 */
public final class CodingThreads implements AutoCloseable {
  private final ExecutorService threads;
  private final int count;

  /**
   * @param count at least 1, as a rule the number of cores
   */
  public CodingThreads(int count) {
    this.count = count;
    this.threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().daemon().name("holdfast-coding-", 0).factory());
  }

  public int count() {
    return count;
  }

  public <T> Future<T> submit(Callable<T> task) {
    try {
      return threads.submit(task);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new HoldfastException(ErrorCode.CANCELLED, "The uplink was closed.", e));
    }
  }

  /** Runs a task some time; drops it once closed. */
  public void run(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException _) {
      // Only at the end of the process's uplink, when nobody waits for the task any more.
    }
  }

  /** The result of a task, or its own unchecked exception. */
  public static <T> T join(Future<T> task) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
