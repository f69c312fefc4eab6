package dev.holdfast.piececlient;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.protocol.frame.FrameCodec;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.tls.VerifiedPeer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Opens TLS connections and checks that the peer is the node that was asked for. Thread-safe. */
final class NodeDialer implements AutoCloseable {
  private static final int MAX_SERIALS = 4_096;

  private final PieceClientConfig config;
  private final Supplier<SslContext> tls;
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

  NodeDialer(PieceClientConfig config, Supplier<SslContext> tls, NodeMemory memory) {
    this.config = config;
    this.tls = tls;
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
      Thread.startVirtualThread(
          () -> {
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
    SslHandler[] ssl = new SslHandler[1];
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
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(1_024, 65_536, 262_144))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    ssl[0] = tls.get().newHandler(channel.alloc(), node.host(), node.port());
                    ssl[0].setHandshakeTimeout(
                        config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
                    channel.pipeline().addLast(ssl[0]);
                  }
                });
    try {
      var _ =
          bootstrap
              .connect(new InetSocketAddress(address, node.port()))
              .addListener(
                  (ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                      fail(node, result, Reason.CONNECT, "cannot connect", connected.cause());
                      return;
                    }
                    var _ =
                        ssl[0]
                            .handshakeFuture()
                            .addListener(
                                handshake -> {
                                  if (handshake.isSuccess()) {
                                    verify(node, connected.channel(), ssl[0], result);
                                  } else {
                                    var _ = connected.channel().close();
                                    fail(
                                        node,
                                        result,
                                        Reason.CONNECT,
                                        "the TLS handshake failed",
                                        handshake.cause());
                                  }
                                });
                  });
    } catch (RuntimeException e) {
      fail(node, result, Reason.SHUT_DOWN, "cannot connect", e);
    }
  }

  private void verify(
      NodeTarget node, Channel channel, SslHandler ssl, CompletableFuture<PieceConnection> result) {
    try {
      VerifiedPeer peer = PeerTls.verifyPeer(ssl.engine().getSession(), PeerRole.NODE);
      if (!peer.id().equals(node.id().value())) {
        throw new SSLPeerUnverifiedException("the peer's id is " + peer.id());
      }
      requireRisingSerial(node, peer.serial());
    } catch (SSLPeerUnverifiedException e) {
      var _ = channel.close();
      fail(node, result, Reason.IDENTITY, "the peer is another", e);
      return;
    }
    PieceConnection connection = new PieceConnection(node, channel, memory);
    channel.pipeline().addLast(new FrameCodec(), connection.handler());
    memory.answered(node.id());
    if (!result.complete(connection)) {
      connection.close();
    }
  }

  private void requireRisingSerial(NodeTarget node, long serial)
      throws SSLPeerUnverifiedException {
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
    memory.failed(node.id());
    result.completeExceptionally(
        new NodeUnreachableException(
            node, reason, message + ": " + cause.getMessage(), cause));
  }

  @Override
  public void close() {
    var _ = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
