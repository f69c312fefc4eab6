package dev.holdfast.protocol.tls;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerRole;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import java.time.InstantSource;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the {@link SslHandler} of a piece connection. When the handshake is through it
 * checks the application protocol and who the peer is, notes it in {@link #PEER}, and passes the
 * handshake event on; only then may frames flow. A wrong peer closes the connection: {@code
 * peer-not-authorized} goes to {@code exceptionCaught} and nothing else is passed on. One per
 * connection.
 */
public final class PeerHandshakeHandler extends ChannelInboundHandlerAdapter {
  /** The proven peer of a channel; unset for a client without certificate. */
  public static final AttributeKey<VerifiedPeer> PEER = AttributeKey.valueOf("dev.holdfast.peer");

  private final InstantSource clock;
  private final @Nullable Bytes32 expectedNode;
  private boolean refused;

  private PeerHandshakeHandler(InstantSource clock, @Nullable Bytes32 expectedNode) {
    this.clock = clock;
    this.expectedNode = expectedNode;
  }

  /** For a client: nobody but this node may answer. */
  public static PeerHandshakeHandler expectNode(NodeId node, InstantSource clock) {
    return new PeerHandshakeHandler(clock, node.value());
  }

  /** For a node: any client may come; one that shows a certificate must prove it. */
  public static PeerHandshakeHandler identifyClient(InstantSource clock) {
    return new PeerHandshakeHandler(clock, null);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      try {
        VerifiedPeer peer = check(context);
        if (peer != null) {
          context.channel().attr(PEER).set(peer);
        }
      } catch (SSLPeerUnverifiedException e) {
        refused = true;
        context.fireExceptionCaught(
            new HoldfastException(
                ErrorCode.PEER_NOT_AUTHORIZED, String.valueOf(e.getMessage()), e));
        var _ = context.close();
        return;
      }
    }
    super.userEventTriggered(context, event);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (refused) {
      io.netty.util.ReferenceCountUtil.release(message);
    } else {
      super.channelRead(context, message);
    }
  }

  private @Nullable VerifiedPeer check(ChannelHandlerContext context)
      throws SSLPeerUnverifiedException {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls == null || !PeerTls.PIECE_PROTOCOL.equals(tls.applicationProtocol())) {
      throw new SSLPeerUnverifiedException(
          "The peer does not speak " + PeerTls.PIECE_PROTOCOL + ".");
    }
    SSLSession session = tls.engine().getSession();
    if (expectedNode == null) {
      return showsCertificate(session) ? PeerTls.verifyAnyPeer(session, clock) : null;
    }
    VerifiedPeer peer = PeerTls.verifyPeer(session, PeerRole.NODE, clock);
    if (!peer.id().equals(expectedNode)) {
      throw new SSLPeerUnverifiedException(
          "Expected node " + expectedNode + ", found " + peer.id() + ".");
    }
    return peer;
  }

  private static boolean showsCertificate(SSLSession session) {
    try {
      return session.getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }
}
