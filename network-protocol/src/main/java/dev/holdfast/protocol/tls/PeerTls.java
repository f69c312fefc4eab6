package dev.holdfast.protocol.tls;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.identity.PeerChain;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.TlsKey;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 between peers: BoringSSL where its library loads, else the JDK's. Peers are named by
 * their identity keys, so there are no authorities and no host name checks; sessions are not
 * resumed and early data is never sent. Every context judges the chain in the handshake; who the
 * peer is and whether it is the expected one is checked again on the finished session, by {@link
 * PeerHandshakeHandler} or {@link #verifyPeer}. Thread-safe.
 */
public final class PeerTls {
  /** ALPN name of the piece protocol. */
  public static final String PIECE_PROTOCOL = "holdfast/1";

  /** The longest gRPC message in bytes: a page of the longest rows. */
  public static final int MAX_MESSAGE_BYTES = 16 << 20;

  /**
   * The most gRPC metadata in bytes: the longest API key in base64, and a little. Servers must
   * accept as much.
   */
  public static final int MAX_METADATA_BYTES = 32 << 10;

  private static final String TLS_1_3 = "TLSv1.3";

  private PeerTls() {}

  /** The piece service's end. */
  public static SslContext server(PeerIdentity own, TlsKey key, ClientAuth clientAuth) {
    return server(own, key, clientAuth, provider());
  }

  static SslContext server(
      PeerIdentity own, TlsKey key, ClientAuth clientAuth, SslProvider provider) {
    return build(pieceProtocol(serverBuilder(own, key, clientAuth, provider)));
  }

  /**
   * The end of a client of the piece service; who answers is pinned per connection by {@link
   * PeerHandshakeHandler}.
   */
  public static SslContext client(@Nullable PeerIdentity own, @Nullable TlsKey key) {
    return client(own, key, provider());
  }

  static SslContext client(@Nullable PeerIdentity own, @Nullable TlsKey key, SslProvider provider) {
    PeerTrustManager trust = new PeerTrustManager(clockOf(key), PeerRole.NODE, null);
    return build(pieceProtocol(clientBuilder(own, key, trust, provider)));
  }

  /**
   * The satellite's gRPC end: clients may show a certificate, the services that need one call
   * {@link #verifyPeer}.
   */
  public static SslContext grpcServer(PeerIdentity own, TlsKey key) {
    return build(
        GrpcSslContexts.configure(
                serverBuilder(own, key, ClientAuth.OPTIONAL, provider()), provider())
            .protocols(TLS_1_3));
  }

  /** The end of a gRPC client of one satellite, which the context pins. */
  public static SslContext grpcClient(
      Bytes32 satelliteId, @Nullable PeerIdentity own, @Nullable TlsKey key) {
    PeerTrustManager trust = new PeerTrustManager(clockOf(key), PeerRole.SATELLITE, satelliteId);
    return build(
        GrpcSslContexts.configure(clientBuilder(own, key, trust, provider()), provider())
            .protocols(TLS_1_3));
  }

  /**
   * A channel to this very satellite, and to no other that answers at its address.
   *
   * @param own with {@code key}, for calls over mutual TLS; null for an uplink
   */
  public static ManagedChannel dialSatellite(
      PeerAddress satellite, @Nullable PeerIdentity own, @Nullable TlsKey key) {
    return satelliteChannel(satellite, own, key).build();
  }

  /** The same, still to be adjusted: interceptors, executor, keep-alive. */
  public static NettyChannelBuilder satelliteChannel(
      PeerAddress satellite, @Nullable PeerIdentity own, @Nullable TlsKey key) {
    return NettyChannelBuilder.forAddress(satellite.host(), satellite.port())
        .sslContext(grpcClient(satellite.id(), own, key))
        .addTransportFilter(new SatellitePin(satellite.id(), clockOf(key)))
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .maxInboundMetadataSize(MAX_METADATA_BYTES);
  }

  /**
   * Who is at the other end of a finished handshake, resumed or not.
   *
   * @throws SSLPeerUnverifiedException when it showed no certificates, wrong ones, or is in another
   *     role; says which
   */
  public static VerifiedPeer verifyPeer(SSLSession session, PeerRole expectedRole)
      throws SSLPeerUnverifiedException {
    return verifyPeer(session, expectedRole, InstantSource.system());
  }

  /** The same by another clock. */
  public static VerifiedPeer verifyPeer(
      SSLSession session, PeerRole expectedRole, InstantSource clock)
      throws SSLPeerUnverifiedException {
    VerifiedPeer peer = verifyAnyPeer(session, clock);
    if (peer.role() != expectedRole) {
      throw new SSLPeerUnverifiedException(
          "Expected a " + expectedRole + ", found the " + peer.role() + " " + peer.id() + ".");
    }
    return peer;
  }

  static VerifiedPeer verifyAnyPeer(SSLSession session, InstantSource clock)
      throws SSLPeerUnverifiedException {
    if (!session.getProtocol().equals(TLS_1_3)) {
      throw new SSLPeerUnverifiedException(
          "Peers speak " + TLS_1_3 + ", not " + session.getProtocol() + ".");
    }
    Certificate[] certificates = session.getPeerCertificates();
    X509Certificate[] chain = new X509Certificate[certificates.length];
    for (int i = 0; i < chain.length; i++) {
      if (!(certificates[i] instanceof X509Certificate certificate)) {
        throw new SSLPeerUnverifiedException(
            "Peers show X.509 certificates, not " + certificates[i].getType() + ".");
      }
      chain[i] = certificate;
    }
    try {
      PeerChain peer = PeerChain.verify(chain, clock.instant());
      return new VerifiedPeer(peer.role(), peer.id(), peer.tlsSerial());
    } catch (CertificateException e) {
      SSLPeerUnverifiedException refusal =
          new SSLPeerUnverifiedException(String.valueOf(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
  }

  /** Whether BoringSSL is in use rather than the JDK's TLS. */
  public static boolean usesBoringSsl() {
    return provider() == SslProvider.OPENSSL;
  }

  private static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  private static InstantSource clockOf(@Nullable TlsKey key) {
    return key == null ? InstantSource.system() : key.clock();
  }

  private static SslContextBuilder serverBuilder(
      PeerIdentity own, TlsKey key, ClientAuth clientAuth, SslProvider provider) {
    requireOwn(own, key);
    return SslContextBuilder.forServer(new PeerKeyManager(key))
        .sslProvider(provider)
        .protocols(TLS_1_3)
        .clientAuth(clientAuth)
        .trustManager(new PeerTrustManager(key.clock(), null, null));
  }

  private static SslContextBuilder clientBuilder(
      @Nullable PeerIdentity own,
      @Nullable TlsKey key,
      PeerTrustManager trust,
      SslProvider provider) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .protocols(TLS_1_3)
            .endpointIdentificationAlgorithm(null)
            .trustManager(trust);
    if (own != null && key != null) {
      requireOwn(own, key);
      builder.keyManager(new PeerKeyManager(key));
    } else if (own != null || key != null) {
      throw new IllegalArgumentException(
          "Mutual TLS takes an identity and its TLS key, or neither.");
    }
    return builder;
  }

  private static void requireOwn(PeerIdentity own, TlsKey key) {
    if (!key.chain().getLast().equals(own.certificate())) {
      throw new IllegalArgumentException("The TLS key was not issued by " + own + ".");
    }
  }

  private static SslContextBuilder pieceProtocol(SslContextBuilder builder) {
    return builder.applicationProtocolConfig(
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            PIECE_PROTOCOL));
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      SslContext context = builder.build();
      if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setSessionCacheEnabled(false);
      }
      return context;
    } catch (SSLException e) {
      throw new IllegalStateException(
          "TLS 1.3 cannot be set up on this machine: " + e.getMessage(), e);
    }
  }
}
