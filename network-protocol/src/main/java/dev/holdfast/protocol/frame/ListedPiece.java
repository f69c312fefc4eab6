package dev.holdfast.protocol.frame;

import dev.holdfast.protocol.piece.PieceId;

/**
 * A piece that a node holds.
 *
 * @param sizeBytes size of the piece
 * @param receivedMillis the node's clock when it gave the receipt
 */
public record ListedPiece(PieceId pieceId, long sizeBytes, long receivedMillis) {}
