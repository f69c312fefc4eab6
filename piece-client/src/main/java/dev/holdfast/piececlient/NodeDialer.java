package dev.holdfast.piececlient;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.FrameDecoder;
import dev.holdfast.protocol.frame.FrameEncoder;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.tls.PeerHandshakeHandler;
import dev.holdfast.protocol.tls.VerifiedPeer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Opens TLS connections and checks that the peer is the node that was asked for. Thread-safe. */
final class NodeDialer implements AutoCloseable {
  private static final int MAX_SERIALS = 4_096;

  private final PieceClientConfig config;
  private final SslContext tls;
  private final InstantSource clock;
  private final NodeMemory memory;
  private final EventLoopGroup loops;

  /** Highest certificate serial seen of a node: a replaced TLS key must not come back. */
  private final Map<NodeId, Long> serials =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Long> eldest) {
          return size() > MAX_SERIALS;
        }
      };

  NodeDialer(PieceClientConfig config, SslContext tls, InstantSource clock, NodeMemory memory) {
    this.config = config;
    this.tls = tls;
    this.clock = clock;
    this.memory = memory;
    this.loops =
        new NioEventLoopGroup(
            config.eventLoops(), new DefaultThreadFactory("holdfast-piece-client", true));
  }

  /** Fails with a {@link NodeUnreachableException}, and then the node is remembered as failed. */
  CompletableFuture<PieceConnection> dial(NodeTarget node) {
    CompletableFuture<PieceConnection> result = new CompletableFuture<>();
    InetAddress literal;
    try {
      literal = InetAddress.ofLiteral(node.host());
    } catch (IllegalArgumentException _) {
      // Looking up a name blocks, and an event loop must not.
      Thread.startVirtualThread(() -> {
        try {
          connect(node, InetAddress.getByName(node.host()), result);
        } catch (UnknownHostException e) {
          fail(node, result, Reason.CONNECT, "its host name is unknown", e);
        }
      });
      return result;
    }
    connect(node, literal, result);
    return result;
  }

  private void connect(
      NodeTarget node, InetAddress address, CompletableFuture<PieceConnection> result) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(128 * 1_024, 384 * 1_024))
            .option(
                ChannelOption.RCVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(1_024, 65_536, 262_144))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    SslHandler ssl = tls.newHandler(channel.alloc(), node.host(), node.port());
                    ssl.setHandshakeTimeout(
                        config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
                    channel
                        .pipeline()
                        .addLast(
                            ssl,
                            PeerHandshakeHandler.expectNode(node.id(), clock),
                            new FrameDecoder(),
                            new FrameEncoder(),
                            new HandshakeHandler(node, result));
                  }
                });
    try {
      var _ =
          bootstrap
              .connect(new InetSocketAddress(address, node.port()))
              .addListener(connected -> {
                if (!connected.isSuccess()) {
                  fail(node, result, Reason.CONNECT, "cannot connect", connected.cause());
                }
              });
    } catch (RuntimeException e) {
      fail(node, result, Reason.SHUT_DOWN, "cannot connect", e);
    }
  }

  /** Waits for the proven peer and makes way for the connection's own handler. */
  private final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private final NodeTarget node;
    private final CompletableFuture<PieceConnection> result;

    HandshakeHandler(NodeTarget node, CompletableFuture<PieceConnection> result) {
      this.node = node;
      this.result = result;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (!(event instanceof SslHandshakeCompletionEvent handshake) || !handshake.isSuccess()) {
        return;
      }
      VerifiedPeer peer = context.channel().attr(PeerHandshakeHandler.PEER).get();
      try {
        requireRisingSerial(node, peer.tlsSerial());
      } catch (SSLPeerUnverifiedException e) {
        exceptionCaught(context, e);
        return;
      }
      PieceConnection connection = new PieceConnection(node, context.channel(), memory);
      context.pipeline().replace(this, "exchanges", connection.handler());
      memory.answered(node.id());
      if (!result.complete(connection)) {
        connection.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
      if (cause instanceof HoldfastException || cause instanceof SSLPeerUnverifiedException) {
        fail(node, result, Reason.IDENTITY, "the peer is another", cause);
      } else {
        fail(node, result, Reason.CONNECT, "the TLS handshake failed", cause);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fail(node, result, Reason.CONNECT, "the TLS handshake failed", new ClosedChannelException());
    }
  }

  private void requireRisingSerial(NodeTarget node, long serial) throws SSLPeerUnverifiedException {
    synchronized (serials) {
      Long highest = serials.get(node.id());
      if (highest != null && serial < highest) {
        throw new SSLPeerUnverifiedException(
            "its certificate has serial " + serial + ", but " + highest + " was seen before");
      }
      serials.put(node.id(), serial);
    }
  }

  private void fail(
      NodeTarget node,
      CompletableFuture<PieceConnection> result,
      Reason reason,
      String message,
      Throwable cause) {
    if (!result.isDone()) {
      memory.failed(node.id());
      result.completeExceptionally(
          new NodeUnreachableException(node, reason, message + ": " + cause.getMessage(), cause));
    }
  }

  @Override
  public void close() {
    var _ = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
