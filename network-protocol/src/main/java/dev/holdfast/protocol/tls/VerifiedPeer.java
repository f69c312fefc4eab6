package dev.holdfast.protocol.tls;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.SatelliteId;

/**
 * Who is at the other end of a connection, proven by its certificates.
 *
 * @param tlsSerial serial of its TLS key; a lower one than was seen before belongs to a key that
 *     may be stolen
 */
public record VerifiedPeer(PeerRole role, Bytes32 id, long tlsSerial) {
  /** The id of a node. */
  public NodeId nodeId() {
    requireRole(PeerRole.NODE);
    return new NodeId(id);
  }

  /** The id of a satellite. */
  public SatelliteId satelliteId() {
    requireRole(PeerRole.SATELLITE);
    return new SatelliteId(id);
  }

  private void requireRole(PeerRole expected) {
    if (role != expected) {
      throw new IllegalStateException("Peer " + id + " is a " + role + ", not a " + expected + ".");
    }
  }
}
