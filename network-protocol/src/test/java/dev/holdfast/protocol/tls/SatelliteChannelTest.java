package dev.holdfast.protocol.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.TlsKey;
import dev.holdfast.protocol.wire.CheckInRequest;
import dev.holdfast.protocol.wire.CheckInResponse;
import dev.holdfast.protocol.wire.NodeApiGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The control plane over loopback: pinned satellites, nodes known by their certificates. */
final class SatelliteChannelTest {
  private static final Context.Key<SSLSession> SESSION = Context.key("session");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final InstantSource CLOCK = InstantSource.system();

  private final PeerIdentity satellite = PeerIdentity.generate(PeerRole.SATELLITE, RANDOM);
  private final PeerIdentity node = PeerIdentity.generate(PeerRole.NODE, RANDOM);
  private final AtomicInteger calls = new AtomicInteger();
  private final Server server;
  private final int port;

  /** Answers with the id of the calling node. */
  private final class WhoAmI extends NodeApiGrpc.NodeApiImplBase {
    @Override
    public void checkIn(CheckInRequest request, StreamObserver<CheckInResponse> observer) {
      calls.incrementAndGet();
      try {
        VerifiedPeer peer = PeerTls.verifyPeer(SESSION.get(), PeerRole.NODE);
        observer.onNext(CheckInResponse.newBuilder().setStanding(peer.id().toString()).build());
        observer.onCompleted();
      } catch (SSLPeerUnverifiedException e) {
        observer.onError(
            GrpcErrors.toGrpc(
                new HoldfastException(
                    ErrorCode.PEER_NOT_AUTHORIZED, "Show a node's certificate.", e)));
      }
    }
  }

  private static final class KeepSession implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      return Contexts.interceptCall(
          Context.current().withValue(SESSION, session), call, headers, next);
    }
  }

  SatelliteChannelTest() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .sslContext(PeerTls.grpcServer(satellite, satellite.issueTlsKey(CLOCK, RANDOM)))
            .maxInboundMetadataSize(PeerTls.MAX_METADATA_BYTES)
            .intercept(new KeepSession())
            .addService(new WhoAmI())
            .build()
            .start();
    port = server.getPort();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private PeerAddress address(Bytes32 id) {
    return new PeerAddress(id, "localhost", port);
  }

  private String call(Bytes32 satelliteId, @Nullable PeerIdentity own, @Nullable TlsKey key) {
    return call(PeerTls.dialSatellite(address(satelliteId), own, key));
  }

  private static String call(ManagedChannel channel) {
    try {
      return NodeApiGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .checkIn(CheckInRequest.getDefaultInstance())
          .getStanding();
    } catch (StatusRuntimeException e) {
      throw GrpcErrors.fromGrpc(e);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void knowsANodeByItsCertificate() {
    assertThat(call(satellite.id(), node, node.issueTlsKey(CLOCK, RANDOM)))
        .isEqualTo(node.id().toString());
  }

  @Test
  void letsAnonymousClientsInButNotToTheNodeApi() {
    assertCode(ErrorCode.PEER_NOT_AUTHORIZED, satellite.id(), null, null);
    PeerIdentity otherSatellite = PeerIdentity.generate(PeerRole.SATELLITE, RANDOM);
    assertCode(
        ErrorCode.PEER_NOT_AUTHORIZED,
        satellite.id(),
        otherSatellite,
        otherSatellite.issueTlsKey(CLOCK, RANDOM));
  }

  private void assertCode(
      ErrorCode code, Bytes32 id, @Nullable PeerIdentity own, @Nullable TlsKey key) {
    assertThatThrownBy(() -> call(id, own, key))
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void refusesAForeignSatelliteBeforeAnyCallReachesIt() {
    assertThatThrownBy(() -> call(node.id(), null, null))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasStackTraceContaining("Expected " + node.id());
    assertThat(calls).hasValue(0);
  }

  /**
   * The second check stands alone when the first is taken away: a context that pins another id than
   * the filter.
   */
  @Test
  void checksTheSatelliteAgainAfterTheHandshake() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", port)
            .sslContext(PeerTls.grpcClient(satellite.id(), null, null))
            .addTransportFilter(new SatellitePin(node.id(), CLOCK))
            .build();
    assertThatThrownBy(() -> call(channel)).isInstanceOf(HoldfastException.class);
    assertThat(calls).hasValue(0);
  }
}
