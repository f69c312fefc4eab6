package dev.holdfast.satellite.orders;

import dev.holdfast.protocol.piece.PieceId;

/**
 * Which pieces were proven bad or missing and should not be offered while others suffice.
 * Thread-safe; answers from memory.
 */
@FunctionalInterface
public interface KnownBadPieces {
  boolean isKnownBad(PieceId piece, int nodeAlias);
}
