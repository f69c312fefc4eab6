package dev.holdfast.piececlient;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.order.PieceReceipt;
import dev.holdfast.protocol.order.SignedPieceReceipt;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A piece on its way to a node. Bytes are taken at any time and sent as the connection allows; the
 * caller bounds {@link #outstandingBytes()}. Preimages go ahead of the bytes that they pay for.
 *
 * <p>Thread-safe. It ends once: with a receipt, a refusal ({@link HoldfastException}) or a {@link
 * NodeUnreachableException}.
 */
public final class PieceUpload {
  private final LimitSession session;
  private final HashAlgorithm hash;
  private final int shareBytes;
  private final Runnable changed;
  private final Put put;
  private volatile byte @Nullable [] receipt;
  private volatile @Nullable Throwable failure;
  private final AtomicBoolean pumpScheduled = new AtomicBoolean();

  /** Guarded by itself. */
  private final Deque<ByteBuf> queue = new ArrayDeque<>();

  private long offeredBytes;
  private volatile long writtenBytes;
  private volatile boolean begun;
  private volatile @Nullable Finish finish;

  // Event loop only.
  private int paidDepth;
  private long sentBytes;
  private boolean finishSent;

  PieceUpload(
      PieceConnections connections,
      LimitSession session,
      HashAlgorithm hash,
      int shareBytes,
      Runnable changed) {
    this.session = session;
    this.hash = hash;
    this.shareBytes = shareBytes;
    this.changed = changed;
    this.put = new Put(connections, session.node());
  }

  void begin(boolean evenIfFailed) {
    put.begin(evenIfFailed);
  }

  public LimitSession session() {
    return session;
  }

  /** Appends bytes of the piece and takes over the buffer, which is released in any case. */
  public void write(ByteBuf bytes) {
    boolean accepted;
    synchronized (queue) {
      accepted = finish == null && !put.isOver();
      if (accepted) {
        offeredBytes += bytes.readableBytes();
        queue.add(bytes);
      }
    }
    if (accepted) {
      wake();
    } else {
      bytes.release();
    }
  }

  /** Bytes taken and not yet handed to the operating system. */
  public long outstandingBytes() {
    synchronized (queue) {
      return offeredBytes - writtenBytes;
    }
  }

  /** Bytes handed to the operating system so far; grows while the node takes them. */
  public long writtenBytes() {
    return writtenBytes;
  }

  /** Whether a connection to the node exists. */
  public boolean hasBegun() {
    return begun;
  }

  /** Whether a receipt came, the node refused or could not be reached. */
  public boolean isDone() {
    return receipt != null || failure != null;
  }

  public boolean hasReceipt() {
    return receipt != null;
  }

  /**
   * Why there will be no receipt: a {@link HoldfastException} for a refusal, a {@link
   * NodeUnreachableException} else; null while there may be one.
   */
  public @Nullable Throwable failure() {
    return failure;
  }

  /**
   * The node's receipt as it was answered, checked against what was sent but for its MAC, which
   * only the satellite can check.
   *
   * @throws IllegalStateException while there is none
   */
  public byte[] receipt() {
    byte[] held = receipt;
    if (held == null) {
      throw new IllegalStateException(
          "piece " + session.limit().pieceId() + " has no receipt", failure);
    }
    return held.clone();
  }

  /**
   * Says that all bytes were written; the receipt follows.
   *
   * @param piecePath hashes from the piece root to the segment root
   */
  public void finish(
      ShareLayout layout, Bytes32 segmentRoot, Bytes32 pieceRoot, List<byte[]> piecePath) {
    synchronized (queue) {
      if (finish != null) {
        throw new IllegalStateException(
            "piece " + session.limit().pieceId() + " is finished already");
      }
      finish = new Finish(layout, segmentRoot, pieceRoot, List.copyOf(piecePath));
    }
    wake();
  }

  /** Gives up: the node discards what it got. Does nothing after the end. */
  public void cancel() {
    put.cancel(
        new NodeUnreachableException(session.node(), Reason.CANCELLED, "the put was cancelled"));
  }

  private void wake() {
    PieceConnection connection = put.connection();
    if (connection != null && pumpScheduled.compareAndSet(false, true)) {
      connection.run(() -> pump(connection));
    }
  }

  private void pump(PieceConnection on) {
    pumpScheduled.set(false);
    while (!put.isOver() && on.isWritable()) {
      ByteBuf next;
      Finish end;
      synchronized (queue) {
        next = queue.poll();
        end = next == null ? finish : null;
      }
      if (next != null) {
        send(on, next);
      } else {
        if (end != null && !finishSent) {
          finishSent = true;
          var _ =
              on.send(
                  new Frame.PutFinish(
                      on.exchangeId(),
                      end.layout(),
                      end.segmentRoot(),
                      end.pieceRoot(),
                      end.piecePath()));
          on.flush();
        }
        return;
      }
    }
  }

  private void send(PieceConnection on, ByteBuf bytes) {
    int length = bytes.readableBytes();
    int depth;
    try {
      depth = session.ask(length);
    } catch (HoldfastException e) {
      bytes.release();
      put.cancel(e);
      return;
    }
    if (depth > paidDepth) {
      paidDepth = depth;
      var _ = on.send(new Frame.Order(on.exchangeId(), depth, session.preimage(depth)));
    }
    sentBytes += length;
    for (int sent = 0; sent < length; ) {
      int run = Math.min(Frame.MAX_PAYLOAD_BYTES, length - sent);
      sent += run;
      ByteBuf part = sent == length ? bytes : bytes.readRetainedSlice(run);
      var _ =
          on.send(new Frame.ShareBytes(on.exchangeId(), part))
              .addListener(written -> {
                if (written.isSuccess()) {
                  synchronized (queue) {
                    writtenBytes += run;
                  }
                  changed.run();
                }
              });
    }
    on.flush();
  }

  private void received(Frame frame) {
    if (!(frame instanceof Frame.Receipt answer)) {
      ReferenceCountUtil.release(frame);
      put.protocolBroken("it answered a put with " + frame.getClass().getSimpleName());
      return;
    }
    Finish expected = finish;
    PieceReceipt content = SignedPieceReceipt.parse(answer.receipt()).receipt();
    if (expected == null
        || !finishSent
        || !content.limitHash().equals(session.signedLimit().hash())
        || !content.pieceRoot().equals(expected.pieceRoot())
        || !content.segmentRoot().equals(expected.segmentRoot())
        || content.pieceBytes() != sentBytes) {
      put.fail(
          new HoldfastException(
              ErrorCode.RECEIPT_INVALID,
              "node " + session.node() + " gave a receipt for something else than was sent."));
      return;
    }
    receipt = answer.receipt();
    put.succeed();
  }

  private void drain() {
    synchronized (queue) {
      for (ByteBuf bytes : queue) {
        bytes.release();
      }
      queue.clear();
    }
  }

  private record Finish(
      ShareLayout layout, Bytes32 segmentRoot, Bytes32 pieceRoot, List<byte[]> piecePath) {}

  private final class Put extends Exchange {
    Put(PieceConnections connections, NodeTarget node) {
      super(connections, node);
    }

    @Override
    void started(PieceConnection on) {
      begun = true;
      var _ =
          on.send(
              new Frame.PutBegin(
                  on.exchangeId(), session.signedLimit().serialized(), hash, shareBytes));
      on.flush();
      changed.run();
      pump(on);
    }

    @Override
    void received(PieceConnection on, Frame frame) {
      PieceUpload.this.received(frame);
    }

    @Override
    void writable(PieceConnection on) {
      pump(on);
    }

    @Override
    void ended(@Nullable Throwable reason) {
      if (receipt == null) {
        failure = reason;
      }
      drain();
      changed.run();
    }
  }
}
