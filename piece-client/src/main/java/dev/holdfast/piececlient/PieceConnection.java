package dev.holdfast.piececlient;

import dev.holdfast.protocol.frame.Frame;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A verified TLS connection to a node, with at most one exchange on it. State belongs to its event
 * loop.
 */
final class PieceConnection {
  private final NodeTarget node;
  private final Channel channel;
  private final NodeMemory memory;
  private @Nullable Exchange exchange;
  private int exchangeId;
  private long uses;

  PieceConnection(NodeTarget node, Channel channel, NodeMemory memory) {
    this.node = node;
    this.channel = channel;
    this.memory = memory;
  }

  NodeTarget node() {
    return node;
  }

  boolean isOpen() {
    return channel.isActive();
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /** Runs on the event loop, at once when called there. */
  void run(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      channel.eventLoop().execute(task);
    }
  }

  void schedule(Runnable task, long delay, TimeUnit unit) {
    var _ = channel.eventLoop().schedule(task, delay, unit);
  }

  /** Takes the connection for an exchange, which sees only frames that answer it. */
  void occupy(Exchange by) {
    uses++;
    exchangeId = exchangeId == Integer.MAX_VALUE ? 1 : exchangeId + 1;
    exchange = by;
    if (!channel.isActive()) {
      by.disconnected(this, null);
    }
  }

  void vacate() {
    exchange = null;
  }

  ChannelFuture send(Frame frame) {
    return channel.write(frame);
  }

  void flush() {
    channel.flush();
  }

  void close() {
    var _ = channel.close();
  }

  /** Number of the exchange that occupies the connection. */
  int exchangeId() {
    return exchangeId;
  }

  /** How often it was taken; tells an idle timer whether it was used meanwhile. */
  long uses() {
    return uses;
  }

  ChannelHandler handler() {
    return new Handler();
  }

  private final class Handler extends SimpleChannelInboundHandler<Frame> {
    private @Nullable Throwable cause;

    Handler() {
      super(false);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
      memory.answered(node.id());
      Exchange current = exchange;
      if (current == null || frame.exchange() != exchangeId) {
        ReferenceCountUtil.release(frame);
        return;
      }
      current.dispatch(PieceConnection.this, frame);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      Exchange current = exchange;
      if (current != null && channel.isWritable() && !current.isOver()) {
        current.writable(PieceConnection.this);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      cause = failure;
      var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      Exchange current = exchange;
      if (current != null) {
        current.disconnected(PieceConnection.this, cause);
      }
    }
  }
}
