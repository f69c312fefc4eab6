package dev.holdfast.satellite.nodeapi;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.metadata.StoredSegments;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.RegisteredNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says which pieces the satellite counts on a node. Nodes ask only about pieces older than the
 * commit window that the check-in told them: what is not counted by then can never be committed.
 * Thread-safe.
 */
public final class PieceConfirmation {

  /** Pieces of one question. */
  public static final int MAX_PIECES = 10_000;

  private static final int ROOTS_PER_QUERY = 1_000;

  private final Database database;
  private final StoredSegments segments;

  public PieceConfirmation(Database database, StoredSegments segments) {
    this.database = database;
    this.segments = segments;
  }

  /** One answer per piece, in the order asked. */
  public List<Boolean> areReferenced(RegisteredNode node, List<PieceId> pieces) {
    if (pieces.size() > MAX_PIECES) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "%d pieces were asked about, at most %d are allowed in one call"
              .formatted(pieces.size(), MAX_PIECES));
    }
    Map<RootPieceId, StoredSegment> found = new HashMap<>();
    Set<RootPieceId> batch = new LinkedHashSet<>();
    for (int i = 0; i < pieces.size(); i++) {
      batch.add(pieces.get(i).root());
      if (batch.size() == ROOTS_PER_QUERY || i == pieces.size() - 1) {
        Set<RootPieceId> roots = Set.copyOf(batch);
        found.putAll(database.read(connection -> segments.find(connection, roots)));
        batch.clear();
      }
    }
    List<Boolean> referenced = new ArrayList<>(pieces.size());
    for (PieceId piece : pieces) {
      StoredSegment segment = found.get(piece.root());
      referenced.add(
          segment != null
              && segment.pieces().contains(new PlacedPiece(piece.pieceNumber(), node.alias())));
    }
    return referenced;
  }
}
