package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ListedPiece;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.tls.PeerHandshakeHandler;
import dev.holdfast.protocol.tls.VerifiedPeer;
import dev.holdfast.storagenode.piecestore.PieceStore;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of one connection, one after the other, on a virtual thread of its own: disk and
 * hashing never hold up an event loop. What is wrong with an exchange ends that exchange with a
 * refusal; the connection goes on. The thread is never interrupted.
 */
final class NodeConnection implements Runnable, GetExchange.Outlet {
  private final PieceServiceContext context;
  private final Channel channel;
  private final FrameQueue queue;
  private @Nullable PutExchange put;
  private int putExchange;
  private int getExchange;

  NodeConnection(PieceServiceContext context, Channel channel, FrameQueue queue) {
    this.context = context;
    this.channel = channel;
    this.queue = queue;
  }

  @Override
  public void run() {
    try {
      while (true) {
        Duration patience =
            put == null ? context.config().idleTimeout() : context.config().exchangeTimeout();
        Frame frame = queue.next(patience);
        if (frame == null) {
          break;
        }
        handle(frame);
      }
      if (put != null && !queue.isClosed()) {
        endPut();
        refuse(
            putExchange,
            ErrorCode.TIMED_OUT,
            "No frame came for " + context.config().exchangeTimeout() + ".");
      }
    } finally {
      endPut();
      queue.close();
      var _ = channel.close();
    }
  }

  private void handle(Frame frame) {
    try {
      dispatch(frame);
    } catch (HoldfastException e) {
      fail(frame.exchange(), e.code(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      fail(
          frame.exchange(),
          ErrorCode.INTERNAL,
          "The node failed: " + e.getClass().getSimpleName() + ".");
    } finally {
      ReferenceCountUtil.release(frame);
    }
  }

  private void fail(int exchange, ErrorCode code, String message) {
    if (put != null && putExchange == exchange) {
      endPut();
    }
    refuse(exchange, code, message);
  }

  private void dispatch(Frame frame) {
    switch (frame) {
      case Frame.PutBegin begin -> begin(begin);
      case Frame.Order order -> {
        PutExchange current = current(order.exchange());
        if (current != null) {
          current.pay(order);
        }
      }
      case Frame.ShareBytes bytes -> {
        PutExchange current = current(bytes.exchange());
        if (current != null) {
          for (ByteBuffer part : bytes.data().nioBuffers()) {
            current.take(part);
          }
        }
      }
      case Frame.PutFinish finish -> finish(finish);
      case Frame.Cancel cancel -> {
        if (current(cancel.exchange()) != null) {
          endPut();
        }
        queue.cancelAnswered(cancel.exchange());
        reply(new Frame.Cancelled(cancel.exchange()));
      }
      case Frame.Get get -> get(get);
      case Frame.Delete delete -> delete(delete);
      case Frame.ListPieces list -> list(list);
      case Frame.Receipt _,
          Frame.Proof _,
          Frame.Done _,
          Frame.Cancelled _,
          Frame.Deleted _,
          Frame.Pieces _,
          Frame.Refused _ ->
          throw new HoldfastException(
              ErrorCode.FRAME_INVALID, "A client does not send such a frame.");
    }
  }

  private void begin(Frame.PutBegin begin) {
    refuseWhileStopping();
    if (put != null) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "The put of exchange " + putExchange + " is not over; use another connection.");
    }
    put = PutExchange.begin(context, begin);
    putExchange = begin.exchange();
  }

  /**
   * The put that a frame belongs to; null if it is over, and then the frame is dropped: it was sent
   * before the client knew.
   */
  private @Nullable PutExchange current(int exchange) {
    return putExchange == exchange ? put : null;
  }

  private void finish(Frame.PutFinish finish) {
    PutExchange current = current(finish.exchange());
    if (current != null) {
      byte[] receipt = current.finish(finish);
      endPut();
      reply(new Frame.Receipt(finish.exchange(), receipt));
    }
  }

  private void endPut() {
    PutExchange ending = put;
    put = null;
    if (ending != null) {
      ending.close();
    }
  }

  private void get(Frame.Get get) {
    refuseWhileStopping();
    if (put != null) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "The put of exchange " + putExchange + " is not over; use another connection.");
    }
    getExchange = get.exchange();
    // Stopped on the way: the cancel that stopped it is answered when its turn comes, or nobody is
    // there.
    var _ = new GetExchange(context, get).run(this);
  }

  private void delete(Frame.Delete delete) {
    requireSatellite();
    reply(new Frame.Deleted(delete.exchange(), context.store().trash(delete.pieces())));
  }

  private void list(Frame.ListPieces list) {
    requireSatellite();
    int limit = Math.clamp(list.limit(), 1, Frame.MAX_PIECES);
    List<PieceStore.ListedPiece> found = context.store().list(list.after(), limit + 1);
    List<ListedPiece> page =
        found.stream()
            .limit(limit)
            .map(piece ->
                new ListedPiece(piece.id(), piece.pieceBytes(), piece.received().toEpochMilli()))
            .toList();
    reply(new Frame.Pieces(list.exchange(), page, found.size() > limit));
  }

  private void requireSatellite() {
    VerifiedPeer peer = channel.attr(PeerHandshakeHandler.PEER).get();
    boolean authorized =
        peer != null
            && peer.role() == PeerRole.SATELLITE
            && peer.id().equals(context.satelliteId().value());
    if (!authorized) {
      throw new HoldfastException(
          ErrorCode.PEER_NOT_AUTHORIZED,
          "Only satellite " + context.satelliteId() + " may do this, by its own certificate.");
    }
  }

  private void refuseWhileStopping() {
    if (context.stopping().get()) {
      throw new HoldfastException(
          ErrorCode.SHUTTING_DOWN, "This node is shutting down; choose another node.");
    }
  }

  private void refuse(int exchange, ErrorCode code, String message) {
    context.refusals().count(code);
    reply(Frame.Refused.of(exchange, code, message));
  }

  private void reply(Frame frame) {
    var _ = channel.writeAndFlush(frame, channel.voidPromise());
  }

  @Override
  public ByteBuf buffer(int bytes) {
    return channel.alloc().directBuffer(bytes, bytes);
  }

  @Override
  public boolean send(Frame frame) {
    boolean goesOn =
        !queue.isCancelled(getExchange)
            && queue.awaitWritable(channel, context.config().exchangeTimeout());
    if (!goesOn) {
      ReferenceCountUtil.release(frame);
      return false;
    }
    reply(frame);
    return true;
  }
}
