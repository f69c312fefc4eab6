package dev.holdfast.systemtests.wire;

import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.FrameDecoder;
import dev.holdfast.protocol.frame.FrameEncoder;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.tls.PeerHandshakeHandler;
import dev.holdfast.protocol.tls.PeerTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a storage node that sends whatever frames it is told to. Confined to one
 * thread.
 */
final class RawNode implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;

  private final NioEventLoopGroup loop = new NioEventLoopGroup(1);
  private final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();
  private final Channel channel;

  /**
   * @param address host:port
   */
  RawNode(NodeId node, String address) {
    SslContext tls = PeerTls.client(null, null);
    CompletableFuture<Void> proven = new CompletableFuture<>();
    String host = address.substring(0, address.lastIndexOf(':'));
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    channel =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel fresh) {
                    fresh
                        .pipeline()
                        .addLast(
                            tls.newHandler(fresh.alloc()),
                            PeerHandshakeHandler.expectNode(node, InstantSource.system()),
                            new FrameDecoder(),
                            new FrameEncoder(),
                            new Receiver(proven));
                  }
                })
            .connect(host, port)
            .syncUninterruptibly()
            .channel();
    proven.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  RawNode send(Frame frame) {
    channel.writeAndFlush(frame).syncUninterruptibly();
    return this;
  }

  /** The next frame from the node. */
  Frame receive() throws InterruptedException {
    Frame frame = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("the node said nothing for " + PATIENCE_SECONDS + " s");
    }
    return frame;
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Receiver extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Void> proven;

    Receiver(CompletableFuture<Void> proven) {
      this.proven = proven;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      received.add((Frame) message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
        proven.complete(null);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      proven.completeExceptionally(cause);
      var _ = context.close();
    }
  }
}
