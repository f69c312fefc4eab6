package dev.holdfast.satellite.nodeapi;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.tls.VerifiedPeer;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.InstantSource;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which node calls: the one whose certificate the connection's handshake proved. The
 * endpoint refuses calls without one. Thread-safe.
 */
public final class NodeConnections implements ServerInterceptor {

  private static final Context.Key<ConnectedNode> CALLER = Context.key("holdfast-node");

  private final InstantSource clock;

  /**
   * @param clock by which certificates are judged
   */
  public NodeConnections(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    ConnectedNode node = verify(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (node == null) {
      return next.startCall(call, headers);
    }
    return Contexts.interceptCall(Context.current().withValue(CALLER, node), call, headers, next);
  }

  /**
   * The node that calls.
   *
   * @throws HoldfastException peer-not-authorized when the connection proved none
   */
  static ConnectedNode require() {
    ConnectedNode node = CALLER.get();
    if (node == null) {
      throw new HoldfastException(
          ErrorCode.PEER_NOT_AUTHORIZED,
          "the call needs the certificate of a storage node on its connection");
    }
    return node;
  }

  private @Nullable ConnectedNode verify(@Nullable SSLSession session) {
    if (session == null) {
      return null;
    }
    try {
      VerifiedPeer peer = PeerTls.verifyPeer(session, PeerRole.NODE, clock);
      return new ConnectedNode(peer.nodeId(), peer.tlsSerial());
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }
}
