package dev.holdfast.piececlient;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ShareRange;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of a piece on their way from a node into the caller's arrays. Nothing is written into the
 * arrays once it ended or {@link #cancel} returned. Thread-safe.
 */
public final class PieceRead {
  private final LimitSession session;
  private final List<ShareSlot> slots;
  private final boolean proofs;
  private final PieceReadListener listener;
  private final Get get;
  private final Object slotLock = new Object();
  private boolean closed;
  private volatile long receivedBytes;
  private volatile boolean begun;

  // Event loop only.
  private int current;
  private int filledOfCurrent;

  PieceRead(
      PieceConnections connections,
      LimitSession session,
      List<ShareSlot> slots,
      boolean proofs,
      PieceReadListener listener) {
    this.session = session;
    this.slots = List.copyOf(slots);
    this.proofs = proofs;
    this.listener = listener;
    this.get = new Get(connections, session.node());
  }

  void begin(boolean evenIfFailed) {
    get.begin(evenIfFailed);
  }

  Exchange exchange() {
    return get;
  }

  public LimitSession session() {
    return session;
  }

  /** Bytes of shares received so far. */
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Whether a connection to the node exists. */
  public boolean hasBegun() {
    return begun;
  }

  /** Gives up; the node stops sending. */
  public void cancel() {
    synchronized (slotLock) {
      closed = true;
    }
    get.cancel(
        new NodeUnreachableException(session.node(), Reason.CANCELLED, "the read was cancelled"));
  }

  private void received(Frame frame) {
    switch (frame) {
      case Frame.ShareBytes bytes -> {
        try {
          fill(bytes.data());
        } finally {
          bytes.release();
        }
      }
      case Frame.Proof proof -> prove(proof);
      case Frame.Done _ -> {
        if (current == slots.size()) {
          get.succeed();
        } else {
          get.protocolBroken("it said done before all ranges were sent");
        }
      }
      default -> {
        ReferenceCountUtil.release(frame);
        get.protocolBroken("it answered a get with " + frame.getClass().getSimpleName());
      }
    }
  }

  private void fill(ByteBuf data) {
    receivedBytes += data.readableBytes();
    while (data.isReadable()) {
      if (current == slots.size()) {
        throw new IllegalStateException("more bytes than were asked for");
      }
      ShareSlot slot = slots.get(current);
      int missing = slot.range().length() - filledOfCurrent;
      if (missing == 0) {
        throw new IllegalStateException("bytes where a proof was due");
      }
      int run = Math.min(missing, data.readableBytes());
      synchronized (slotLock) {
        if (closed) {
          return;
        }
        data.readBytes(slot.into(), slot.offset() + filledOfCurrent, run);
      }
      filledOfCurrent += run;
      if (run == missing && !proofs) {
        advance(null);
      }
    }
  }

  private void prove(Frame.Proof proof) {
    if (!proofs
        || current == slots.size()
        || filledOfCurrent != slots.get(current).range().length()) {
      throw new IllegalStateException("a proof where none was due");
    }
    advance(proof);
  }

  private void advance(Frame.@Nullable Proof proof) {
    int index = current++;
    filledOfCurrent = 0;
    listener.filled(index, proof);
  }

  private final class Get extends Exchange {
    Get(PieceConnections connections, NodeTarget node) {
      super(connections, node);
    }

    @Override
    void started(PieceConnection on) {
      begun = true;
      List<ShareRange> ranges = new ArrayList<>(slots.size());
      long bytes = 0;
      for (ShareSlot slot : slots) {
        ranges.add(slot.range());
        bytes += slot.range().length();
      }
      int depth = session.ask(bytes);
      var _ =
          on.send(
              new Frame.Get(
                  on.exchangeId(),
                  session.signedLimit().serialized(),
                  depth,
                  session.preimage(depth),
                  ranges,
                  proofs));
      on.flush();
    }

    @Override
    void received(PieceConnection on, Frame frame) {
      PieceRead.this.received(frame);
    }

    @Override
    void ended(@Nullable Throwable failure) {
      synchronized (slotLock) {
        closed = true;
      }
      listener.ended(failure);
    }
  }
}
