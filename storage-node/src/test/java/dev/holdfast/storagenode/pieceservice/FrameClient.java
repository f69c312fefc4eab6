package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.FrameDecoder;
import dev.holdfast.protocol.frame.FrameEncoder;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.protocol.tls.PeerHandshakeHandler;
import dev.holdfast.protocol.tls.PeerTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The other end of a piece connection, frame by frame, over real TLS. */
final class FrameClient implements AutoCloseable {
  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private final LinkedBlockingQueue<Frame> received = new LinkedBlockingQueue<>();
  private final Channel channel;

  FrameClient(NodeId node, int port, @Nullable PeerIdentity own, @Nullable TlsKey key)
      throws Exception {
    SslContext tls = PeerTls.client(own, key);
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    this.channel =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel ch) {
                    ch.pipeline()
                        .addLast(
                            tls.newHandler(ch.alloc(), "127.0.0.1", port),
                            PeerHandshakeHandler.expectNode(node, InstantSource.system()),
                            new FrameDecoder(),
                            new FrameEncoder(),
                            new Collector(ready));
                  }
                })
            .connect("127.0.0.1", port)
            .sync()
            .channel();
    ready.get(10, TimeUnit.SECONDS);
  }

  private final class Collector extends SimpleChannelInboundHandler<Frame> {
    private final CompletableFuture<Boolean> ready;

    Collector(CompletableFuture<Boolean> ready) {
      super(Frame.class, false);
      this.ready = ready;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        ready.complete(handshake.isSuccess());
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
      received.add(frame);
    }
  }

  void send(Frame... frames) {
    for (Frame frame : frames) {
      var _ = channel.writeAndFlush(frame);
    }
  }

  Channel channel() {
    return channel;
  }

  Frame next() throws InterruptedException {
    Frame frame = received.poll(20, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError(
          "no frame came; the channel is " + (channel.isActive() ? "open" : "closed"));
    }
    return frame;
  }

  /** Collects piece bytes until another frame comes, which is returned. */
  Frame nextAfterBytes(ByteArrayOutputStream bytes) throws InterruptedException {
    while (true) {
      Frame frame = next();
      if (!(frame instanceof Frame.ShareBytes share)) {
        return frame;
      }
      bytes.writeBytes(ByteBufUtil.getBytes(share.data()));
      share.release();
    }
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
