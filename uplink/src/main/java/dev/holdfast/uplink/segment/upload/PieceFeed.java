package dev.holdfast.uplink.segment.upload;

import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.piececlient.NodeUnreachableException;
import dev.holdfast.piececlient.PieceClient;
import dev.holdfast.piececlient.PieceUpload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one node with the shares of one piece. A node that keeps up is handed each share as it is
 * coded; one that lags is fed by the coding threads from what was retained.
 */
final class PieceFeed {
  /** Bytes on their way to one node beyond which the segment's driver waits. */
  static final long COMFORTABLE_BYTES = 256 * 1024;

  /** Bytes on their way to one node beyond which it is handed nothing. */
  static final long MOST_BYTES = 512 * 1024;

  private final FeedSource source;
  private final LimitSession session;
  private final int piece;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile @Nullable PieceUpload upload;
  private volatile int nextStripe;
  private volatile boolean finished;
  private volatile boolean closed;

  // The driver's view.
  private long progressSeen = -1;
  private long progressNanos;

  PieceFeed(FeedSource source, LimitSession session) {
    this.source = source;
    this.session = session;
    this.piece = session.limit().pieceId().pieceNumber();
  }

  /**
   * @param evenIfFailed whether a node that failed a moment ago is dialled all the same
   */
  void start(PieceClient client, int shareBytes, boolean evenIfFailed, long nowNanos) {
    progressNanos = nowNanos;
    upload = client.beginPut(session, StripeCoder.HASH, shareBytes, evenIfFailed, this::changed);
    scheduleIfBehind();
  }

  LimitSession session() {
    return session;
  }

  int piece() {
    return piece;
  }

  PieceUpload upload() {
    PieceUpload started = upload;
    if (started == null) {
      throw new IllegalStateException("piece " + piece + " was not started");
    }
    return started;
  }

  boolean hasFailed() {
    return upload().failure() != null;
  }

  boolean hasReceipt() {
    return upload().hasReceipt();
  }

  /** Whether the node was not even dialled, because it failed a moment ago. */
  boolean wasSpared() {
    return upload().failure() instanceof NodeUnreachableException unreached
        && unreached.reason() == NodeUnreachableException.Reason.FAILED_RECENTLY;
  }

  /** Whether the node has all but a little of what was coded so far. */
  boolean keepsUp(int codedStripes) {
    return hasReceipt()
        || (nextStripe >= codedStripes && upload().outstandingBytes() <= COMFORTABLE_BYTES);
  }

  /** Nanoseconds since the node last moved while there was something to move. Driver only. */
  long idleNanos(long nowNanos) {
    PieceUpload put = upload();
    long progress = put.writtenBytes() * 4 + (put.hasBegun() ? 1 : 0) + (finished ? 2 : 0);
    boolean owesNothing = put.hasBegun() && !finished && put.outstandingBytes() == 0;
    if (progress != progressSeen || owesNothing || put.isDone()) {
      progressSeen = progress;
      progressNanos = nowNanos;
    }
    return nowNanos - progressNanos;
  }

  /** Hands over a share that was just coded, if the node has all before it and can take it. */
  void offer(int stripe, byte[] share, int length) {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (!closed && nextStripe == stripe && upload().outstandingBytes() < MOST_BYTES) {
        send(share, length);
      }
    } finally {
      lock.unlock();
    }
  }

  private void send(byte[] share, int length) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(length);
    bytes.writeBytes(share, 0, length);
    upload().write(bytes);
    nextStripe++;
  }

  /** Asks a coding thread to feed the node if it lacks something that it could take. */
  void scheduleIfBehind() {
    PieceUpload put = upload;
    if (put == null || closed || put.isDone()) {
      return;
    }
    boolean behind = nextStripe < source.codedStripes();
    boolean endDue = source.end() != null && !finished;
    if ((behind && put.outstandingBytes() < COMFORTABLE_BYTES) || (!behind && endDue)) {
      if (scheduled.compareAndSet(false, true)) {
        source.threads().run(this::catchUp);
      }
    }
  }

  private void changed() {
    source.wake();
    scheduleIfBehind();
  }

  private void catchUp() {
    scheduled.set(false);
    lock.lock();
    try {
      PieceUpload put = upload();
      while (!closed
          && !put.isDone()
          && nextStripe < source.codedStripes()
          && put.outstandingBytes() < MOST_BYTES) {
        int stripe = nextStripe;
        source.withShare(stripe, piece, this::send);
      }
      SegmentEnd end = source.end();
      if (!closed && end != null && !finished && nextStripe == end.shares().stripeCount()) {
        finished = true;
        put.finish(end.shares(), end.segmentRoot(), end.pieceRoot(piece), end.piecePath(piece));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops feeding for good; no thread touches the source afterwards. The put is cancelled if it
   * runs.
   */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    upload().cancel();
  }
}
