package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.frame.Frame;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Between a connection's event loop and its worker: frames in, and the signal that the client takes
 * bytes again. When too many bytes wait, here or in the whole service, the socket is not read until
 * they are processed. Thread-safe.
 */
final class FrameQueue {
  private static final long HIGH_BYTES = 512 << 10;
  private static final long LOW_BYTES = 128 << 10;

  /** What a frame without piece bytes counts for. */
  private static final long FRAME_COST_BYTES = 512;

  private final AtomicLong serviceBytes;
  private final long maxServiceBytes;
  private final Channel channel;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Set<Integer> cancelled = new HashSet<>();
  private long bytes;
  private boolean paused;
  private boolean closed;

  FrameQueue(Channel channel, AtomicLong serviceBytes, long maxServiceBytes) {
    this.channel = channel;
    this.serviceBytes = serviceBytes;
    this.maxServiceBytes = maxServiceBytes;
  }

  /** Takes a frame over. Event loop only. */
  void put(Frame frame) {
    lock.lock();
    try {
      if (closed) {
        ReferenceCountUtil.release(frame);
        return;
      }
      if (frame instanceof Frame.Cancel cancel) {
        cancelled.add(cancel.exchange());
      }
      frames.add(frame);
      long cost = cost(frame);
      bytes += cost;
      long inService = serviceBytes.addAndGet(cost);
      if (!paused && (bytes > HIGH_BYTES || (inService > maxServiceBytes && bytes > LOW_BYTES))) {
        paused = true;
        channel.config().setAutoRead(false);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next frame; null when the connection is closed or none came in time. */
  @Nullable Frame next(Duration patience) {
    long left = patience.toNanos();
    lock.lock();
    try {
      while (frames.isEmpty() && !closed && left > 0) {
        left = await(left);
      }
      Frame frame = closed ? null : frames.poll();
      if (frame != null) {
        taken(cost(frame));
      }
      return frame;
    } finally {
      lock.unlock();
    }
  }

  private void taken(long cost) {
    bytes -= cost;
    serviceBytes.addAndGet(-cost);
    if (paused && bytes <= LOW_BYTES) {
      paused = false;
      channel.config().setAutoRead(true);
    }
  }

  /** Whether the client has given this exchange up. */
  boolean isCancelled(int exchange) {
    lock.lock();
    try {
      return cancelled.contains(exchange);
    } finally {
      lock.unlock();
    }
  }

  void cancelAnswered(int exchange) {
    lock.lock();
    try {
      cancelled.remove(exchange);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the client takes bytes; false when it does not in time, or is gone. */
  boolean awaitWritable(Channel target, Duration patience) {
    if (target.isWritable()) {
      return true;
    }
    long left = patience.toNanos();
    lock.lock();
    try {
      while (!target.isWritable() && !closed && left > 0) {
        left = await(left);
      }
      if (!closed && left <= 0) {
        var _ = target.close();
      }
      return !closed && left > 0;
    } finally {
      lock.unlock();
    }
  }

  /** The client takes bytes again, or perhaps. */
  void writabilityChanged() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Drops what waits; the worker ends. */
  void close() {
    lock.lock();
    try {
      closed = true;
      for (Frame frame : frames) {
        serviceBytes.addAndGet(-cost(frame));
        ReferenceCountUtil.release(frame);
      }
      frames.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private long await(long nanos) {
    try {
      return changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Workers are never interrupted: an interrupt would close the files that they read.
      throw new IllegalStateException("a piece service worker was interrupted", e);
    }
  }

  private static long cost(Frame frame) {
    return frame instanceof Frame.ShareBytes share
        ? FRAME_COST_BYTES + share.data().readableBytes()
        : FRAME_COST_BYTES;
  }
}
