package dev.holdfast.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.TlsKey;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Piece connections over loopback, on BoringSSL and on the JDK's TLS. */
final class PieceTlsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final InstantSource CLOCK = InstantSource.system();

  private final NioEventLoopGroup group = new NioEventLoopGroup(2);
  private final PeerIdentity node = PeerIdentity.generate(PeerRole.NODE, RANDOM);
  private final PeerIdentity satellite = PeerIdentity.generate(PeerRole.SATELLITE, RANDOM);
  private volatile CompletableFuture<Optional<VerifiedPeer>> seenByServer =
      new CompletableFuture<>();

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  private static TlsKey keyOf(PeerIdentity identity) {
    return identity.issueTlsKey(CLOCK, RANDOM);
  }

  private InetSocketAddress serve(SslContext context) {
    return serve(context, CLOCK);
  }

  private InetSocketAddress serve(SslContext context, InstantSource clock) {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            context.newHandler(channel.alloc()),
                            PeerHandshakeHandler.identifyClient(clock),
                            new Outcome(seenByServer, true));
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    return (InetSocketAddress) server.localAddress();
  }

  /** Who the client found, after a byte went there and back. */
  private Optional<VerifiedPeer> dial(
      InetSocketAddress address, SslContext context, NodeId expected) throws Exception {
    seenByServer = new CompletableFuture<>();
    CompletableFuture<Optional<VerifiedPeer>> outcome = new CompletableFuture<>();
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            context.newHandler(channel.alloc(), "127.0.0.1", address.getPort()),
                            PeerHandshakeHandler.expectNode(expected, CLOCK),
                            new Outcome(outcome, false));
                  }
                })
            .connect(address)
            .syncUninterruptibly()
            .channel();
    try {
      return outcome.get(10, TimeUnit.SECONDS);
    } finally {
      channel.close().awaitUninterruptibly();
    }
  }

  /** Tells who the peer is once a byte arrived, or what went wrong. */
  private static final class Outcome extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Optional<VerifiedPeer>> outcome;
    private final boolean echo;

    Outcome(CompletableFuture<Optional<VerifiedPeer>> outcome, boolean echo) {
      this.outcome = outcome;
      this.echo = echo;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      if (!echo
          && event instanceof SslHandshakeCompletionEvent handshake
          && handshake.isSuccess()) {
        var _ = context.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {42}));
      }
      super.userEventTriggered(context, event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (echo) {
        var _ = context.writeAndFlush(message);
      } else {
        ReferenceCountUtil.release(message);
      }
      outcome.complete(
          Optional.ofNullable(context.channel().attr(PeerHandshakeHandler.PEER).get()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      outcome.completeExceptionally(new IllegalStateException("closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      outcome.completeExceptionally(cause);
    }
  }

  @Test
  void runsOnBoringSsl() {
    assertThat(OpenSsl.isAvailable()).as("%s", OpenSsl.unavailabilityCause()).isTrue();
    assertThat(PeerTls.usesBoringSsl()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void acceptsThePinnedNodeAndAnyClient(SslProvider provider) throws Exception {
    TlsKey nodeKey = keyOf(node);
    InetSocketAddress address = serve(PeerTls.server(node, nodeKey, ClientAuth.OPTIONAL, provider));
    SslContext anonymous = PeerTls.client(null, null, provider);
    VerifiedPeer expected = new VerifiedPeer(PeerRole.NODE, node.id(), nodeKey.serial());
    for (int i = 0; i < 3; i++) {
      assertThat(dial(address, anonymous, node.nodeId())).contains(expected);
      assertThat(seenByServer.get(10, TimeUnit.SECONDS)).isEmpty();
    }
    TlsKey satelliteKey = keyOf(satellite);
    SslContext mutual = PeerTls.client(satellite, satelliteKey, provider);
    assertThat(dial(address, mutual, node.nodeId())).contains(expected);
    assertThat(seenByServer.get(10, TimeUnit.SECONDS))
        .contains(new VerifiedPeer(PeerRole.SATELLITE, satellite.id(), satelliteKey.serial()));
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void bothImplementationsSpeakWithEachOther(SslProvider provider) throws Exception {
    SslProvider other = provider == SslProvider.JDK ? SslProvider.OPENSSL : SslProvider.JDK;
    InetSocketAddress address =
        serve(PeerTls.server(node, keyOf(node), ClientAuth.OPTIONAL, other));
    assertThat(dial(address, PeerTls.client(satellite, keyOf(satellite), provider), node.nodeId()))
        .isPresent();
    assertThat(seenByServer.get(10, TimeUnit.SECONDS)).isPresent();
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void refusesAForeignNodeAtEveryConnection(SslProvider provider) throws Exception {
    InetSocketAddress address =
        serve(PeerTls.server(node, keyOf(node), ClientAuth.OPTIONAL, provider));
    SslContext client = PeerTls.client(null, null, provider);
    NodeId other = PeerIdentity.generate(PeerRole.NODE, RANDOM).nodeId();
    // Sessions that a context may have cached from good connections must not carry a bad one.
    for (int i = 0; i < 3; i++) {
      assertThat(dial(address, client, node.nodeId())).isPresent();
      assertThatThrownBy(() -> dial(address, client, other))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.PEER_NOT_AUTHORIZED))
          .hasMessageContaining(other.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void refusesAnotherRole(SslProvider provider) {
    InetSocketAddress address =
        serve(PeerTls.server(satellite, keyOf(satellite), ClientAuth.OPTIONAL, provider));
    assertThatThrownBy(
            () -> dial(address, PeerTls.client(null, null, provider), new NodeId(satellite.id())))
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining("Expected a NODE");
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENSSL", "JDK"})
  void refusesAnExpiredTlsKey(SslProvider provider) throws Exception {
    InstantSource past =
        InstantSource.fixed(Instant.now().minus(TlsKey.VALIDITY).minus(Duration.ofDays(1)));
    TlsKey old = node.issueTlsKey(past, RANDOM);
    InetSocketAddress address = serve(PeerTls.server(node, old, ClientAuth.OPTIONAL, provider));
    assertThatThrownBy(() -> dial(address, PeerTls.client(null, null, provider), node.nodeId()))
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining("expired");
    InetSocketAddress mutual =
        serve(PeerTls.server(node, keyOf(node), ClientAuth.OPTIONAL, provider));
    TlsKey oldSatellite = satellite.issueTlsKey(past, RANDOM);
    // Judges the node by the right clock, or it would be the client that refuses.
    SslContext client =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .protocols("TLSv1.3")
            .keyManager(new PeerKeyManager(oldSatellite))
            .trustManager(new PeerTrustManager(CLOCK, PeerRole.NODE, null))
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    PeerTls.PIECE_PROTOCOL))
            .build();
    // In TLS 1.3 a client may think itself connected before the server has judged its certificate;
    // it gets no byte back.
    assertThatThrownBy(() -> dial(mutual, client, node.nodeId()))
        .isInstanceOf(ExecutionException.class);
    assertThatThrownBy(() -> seenByServer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining("expired");
  }

  /** A JDK client resumes sessions; the id of a resumed one is checked as well. */
  @Test
  void checksResumedSessions() throws Exception {
    TlsKey nodeKey = keyOf(node);
    InetSocketAddress address =
        serve(PeerTls.server(node, nodeKey, ClientAuth.OPTIONAL, SslProvider.JDK));
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(
        null, new TrustManager[] {new PeerTrustManager(CLOCK, PeerRole.NODE, null)}, RANDOM);
    long firstCreated = 0;
    boolean resumed = false;
    for (int i = 0; i < 2; i++) {
      try (SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {PeerTls.PIECE_PROTOCOL});
        socket.setSSLParameters(parameters);
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
        SSLSession session = socket.getSession();
        resumed = session.getCreationTime() == firstCreated;
        firstCreated = session.getCreationTime();
        assertThat(PeerTls.verifyPeer(session, PeerRole.NODE).id()).isEqualTo(node.id());
        assertThatThrownBy(() -> PeerTls.verifyPeer(session, PeerRole.SATELLITE))
            .isInstanceOf(SSLPeerUnverifiedException.class);
        InstantSource later =
            InstantSource.fixed(Instant.now().plus(TlsKey.VALIDITY).plusSeconds(60));
        assertThatThrownBy(() -> PeerTls.verifyPeer(session, PeerRole.NODE, later))
            .isInstanceOf(SSLPeerUnverifiedException.class)
            .hasMessageContaining("expired");
      }
    }
    assertThat(resumed).as("the second session was a resumed one").isTrue();
  }

  @Test
  void resumesNothingOnBoringSsl() throws Exception {
    SslContext server = PeerTls.server(node, keyOf(node), ClientAuth.OPTIONAL, SslProvider.OPENSSL);
    InetSocketAddress address = serve(server);
    SslContext client = PeerTls.client(null, null, SslProvider.OPENSSL);
    for (int i = 0; i < 3; i++) {
      assertThat(dial(address, client, node.nodeId())).isPresent();
    }
    assertThat(server.sessionContext())
        .isInstanceOf(io.netty.handler.ssl.OpenSslSessionContext.class);
    assertThat(
            ((io.netty.handler.ssl.OpenSslSessionContext) server.sessionContext()).stats().hits())
        .isZero();
    assertThat(
            ((io.netty.handler.ssl.OpenSslSessionContext) client.sessionContext()).stats().hits())
        .isZero();
  }

  @Test
  void refusesAClientThatSpeaksAnotherProtocol() throws Exception {
    InetSocketAddress address =
        serve(PeerTls.server(node, keyOf(node), ClientAuth.OPTIONAL, SslProvider.OPENSSL));
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, new TrustManager[] {new PeerTrustManager(CLOCK, null, null)}, RANDOM);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> seenByServer.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining("does not speak holdfast/1");
  }

  @Test
  void refusesAForeignTlsKey() {
    TlsKey foreign = keyOf(PeerIdentity.generate(PeerRole.NODE, RANDOM));
    assertThatThrownBy(() -> PeerTls.server(node, foreign, ClientAuth.OPTIONAL))
        .hasMessageContaining("not issued by");
    assertThatThrownBy(() -> PeerTls.client(node, null)).hasMessageContaining("or neither");
  }
}
