package dev.holdfast.satellite.deletions;

import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.nodes.PlacedPiece;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Where pieces go that nothing refers to. Thread-safe. */
public interface DeletionQueue {
  /**
   * Adds pieces inside the caller's transaction; adding one twice is harmless. Nodes are told after
   * the transaction has committed.
   */
  void enqueue(Connection transaction, RootPieceId root, List<PlacedPiece> pieces)
      throws SQLException;
}
