package dev.holdfast.piececlient;

import dev.holdfast.protocol.frame.ListedPiece;
import java.util.List;

/** Pieces of a node in the order of their ids, and whether more follow the last one. */
public record PiecePage(List<ListedPiece> pieces, boolean more) {
  public PiecePage {
    pieces = List.copyOf(pieces);
  }
}
