package dev.holdfast.satellite.nodeapi;

import dev.holdfast.protocol.identity.NodeId;

/**
 * Who is at the other end of a connection, as its TLS handshake proved.
 *
 * @param tlsSerial serial of the TLS key, rising with every key that the node issues
 */
record ConnectedNode(NodeId id, long tlsSerial) {}
