package dev.holdfast.satellite.orders;

import com.google.protobuf.ByteString;

/**
 * What an uplink hands in to prove that a node holds a piece.
 *
 * @param orderLimit as it was offered
 * @param receipt as the node answered
 */
public record UploadedPiece(ByteString orderLimit, ByteString receipt) {}
