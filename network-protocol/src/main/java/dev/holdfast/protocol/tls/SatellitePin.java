package dev.holdfast.protocol.tls;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerRole;
import io.grpc.Attributes;
import io.grpc.ClientTransportFilter;
import io.grpc.Grpc;
import io.grpc.Status;
import java.time.InstantSource;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Checks the satellite's id once more on every finished transport, before the first call goes out
 * on it.
 */
final class SatellitePin extends ClientTransportFilter {
  private final Bytes32 expected;
  private final InstantSource clock;

  SatellitePin(Bytes32 expected, InstantSource clock) {
    this.expected = expected;
    this.clock = clock;
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      throw refused("The connection to satellite " + expected + " is not encrypted.", null);
    }
    try {
      VerifiedPeer peer = PeerTls.verifyPeer(session, PeerRole.SATELLITE, clock);
      if (!peer.id().equals(expected)) {
        throw refused("Expected satellite " + expected + ", found " + peer.id() + ".", null);
      }
      return attributes;
    } catch (SSLPeerUnverifiedException e) {
      throw refused("The satellite did not prove its identity: " + e.getMessage(), e);
    }
  }

  private static RuntimeException refused(
      String message, @org.jspecify.annotations.Nullable Throwable cause) {
    return Status.UNAVAILABLE.withDescription(message).withCause(cause).asRuntimeException();
  }
}
