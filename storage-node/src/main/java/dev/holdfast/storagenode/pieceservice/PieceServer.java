package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.frame.FrameDecoder;
import dev.holdfast.protocol.frame.FrameEncoder;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.protocol.tls.PeerHandshakeHandler;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.piecestore.PieceStore;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The piece service of one node on one port. Thread-safe. */
public final class PieceServer implements AutoCloseable {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** One small arena: buffers live for milliseconds, and ten nodes may share a small machine. */
  private static final PooledByteBufAllocator ALLOCATOR =
      new PooledByteBufAllocator(true, 1, 1, 8_192, 7);

  private final PieceServiceContext context;
  private final NioEventLoopGroup loops;
  private final ExecutorService workers;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel listener;

  private PieceServer(
      PieceServiceContext context,
      NioEventLoopGroup loops,
      ExecutorService workers,
      SslContext tls,
      InstantSource clock,
      InetSocketAddress listen)
      throws IOException {
    this.context = context;
    this.loops = loops;
    this.workers = workers;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 256)
            .option(ChannelOption.ALLOCATOR, ALLOCATOR)
            .childOption(ChannelOption.ALLOCATOR, ALLOCATOR)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(128 << 10, 384 << 10))
            .childOption(
                ChannelOption.RCVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(1_024, 16_384, 131_072))
            .childHandler(new Initializer(tls, clock));
    var bound = bootstrap.bind(listen).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopThreads();
      throw new IOException(
          "The piece service cannot listen on "
              + listen.getHostString()
              + ":"
              + listen.getPort()
              + "; is the port taken? Choose another one with holdfast.node.listen.",
          bound.cause());
    }
    this.listener = bound.channel();
  }

  /**
   * Starts to listen.
   *
   * @param identity this node's
   * @param satelliteId the only satellite whose limits count and that may delete
   * @throws IOException when the address cannot be listened on; says which
   */
  public static PieceServer start(
      PieceServiceConfig config,
      InetSocketAddress listen,
      PeerIdentity identity,
      TlsKey tlsKey,
      SatelliteId satelliteId,
      NodeKeyRing keys,
      SatelliteClock clock,
      OrderBook orders,
      PieceStore store,
      RefusalCounters refusals)
      throws IOException {
    PieceServiceContext context =
        new PieceServiceContext(
            satelliteId,
            new LimitVerifier(identity.nodeId(), satelliteId, keys, clock),
            orders,
            store,
            refusals,
            config,
            new AtomicLong(),
            new AtomicBoolean());
    SslContext tls = PeerTls.server(identity, tlsKey, ClientAuth.OPTIONAL);
    return new PieceServer(
        context,
        new NioEventLoopGroup(config.eventLoops(), new DefaultThreadFactory("piece-service", true)),
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("piece-exchange-", 0).factory()),
        tls,
        clock,
        listen);
  }

  private final class Initializer extends ChannelInitializer<SocketChannel> {
    private final SslContext tls;
    private final InstantSource clock;

    Initializer(SslContext tls, InstantSource clock) {
      this.tls = tls;
      this.clock = clock;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      if (connections.size() >= context.config().maxConnections() || context.stopping().get()) {
        var _ = channel.close();
        return;
      }
      connections.add(channel);
      SslHandler handler = tls.newHandler(channel.alloc());
      handler.setHandshakeTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      channel
          .pipeline()
          .addLast(
              handler,
              new ReadTimeoutHandler(
                  context.config().idleTimeout().plus(HANDSHAKE_TIMEOUT).toMillis(),
                  TimeUnit.MILLISECONDS),
              PeerHandshakeHandler.identifyClient(clock),
              new FrameDecoder(),
              new FrameEncoder(),
              new NodeConnectionHandler(context, workers));
    }
  }

  /** The port that is listened on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Open connections. */
  public int connections() {
    return connections.size();
  }

  /**
   * Takes no more exchanges, closes the connections, and returns when no exchange uses the store
   * any more.
   */
  @Override
  public void close() {
    context.stopping().set(true);
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
    stopThreads();
  }

  private void stopThreads() {
    workers.shutdown();
    try {
      if (!workers.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
        context.refusals().count(ErrorCode.TIMED_OUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
