package dev.holdfast.satellite.orders;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;

/**
 * What a genuine receipt says.
 *
 * @param pieceBytes size of the piece as the node stored it
 */
public record VerifiedReceipt(
    int pieceNumber,
    int nodeAlias,
    NodeId nodeId,
    Bytes32 pieceRoot,
    Bytes32 segmentRoot,
    long pieceBytes) {}
