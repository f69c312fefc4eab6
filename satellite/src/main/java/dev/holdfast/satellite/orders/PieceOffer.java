package dev.holdfast.satellite.orders;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.identity.NodeId;

/**
 * Leave to put or get one piece at one node, as the uplink receives it.
 *
 * @param orderLimit the serialized, MACed order limit
 * @param chainSeed 32 bytes, secret to the uplink
 * @param nodeAddress host:port
 */
public record PieceOffer(
    int pieceNumber,
    int nodeAlias,
    NodeId nodeId,
    String nodeAddress,
    ByteString orderLimit,
    ByteString chainSeed) {
  @Override
  public String toString() {
    return "PieceOffer[piece " + pieceNumber + " at " + nodeId + ", " + nodeAddress + "]";
  }
}
