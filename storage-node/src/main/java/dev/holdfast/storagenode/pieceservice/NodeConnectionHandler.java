package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The event loop's end of a connection: passes frames to the worker and closes the connection on
 * what is no frame.
 */
final class NodeConnectionHandler extends SimpleChannelInboundHandler<Frame> {
  private final PieceServiceContext context;
  private final Executor workers;
  private @Nullable FrameQueue queue;

  NodeConnectionHandler(PieceServiceContext context, Executor workers) {
    super(Frame.class, false);
    this.context = context;
    this.workers = workers;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext channelContext, Frame frame) {
    FrameQueue target = queue;
    if (target == null) {
      target =
          new FrameQueue(
              channelContext.channel(), context.queuedBytes(), context.config().maxQueuedBytes());
      queue = target;
      target.put(frame);
      workers.execute(new NodeConnection(context, channelContext.channel(), target));
    } else {
      target.put(frame);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext channelContext) {
    if (queue != null) {
      queue.writabilityChanged();
    }
    channelContext.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext channelContext) {
    if (queue != null) {
      queue.close();
    }
    channelContext.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
    Throwable reason =
        cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
    if (reason instanceof HoldfastException refusal) {
      context.refusals().count(refusal.code());
      if (refusal.code() == ErrorCode.FRAME_INVALID) {
        var _ =
            channelContext.write(
                Frame.Refused.of(0, refusal.code(), String.valueOf(refusal.getMessage())),
                channelContext.voidPromise());
        channelContext.flush();
      }
    }
    var _ = channelContext.close();
  }
}
