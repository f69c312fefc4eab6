package dev.holdfast.satellite.deletions;

import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.nodes.PlacedPiece;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The deletion queue in the database. Beside the rows it keeps in memory which nodes have any, so
 * that looking for work costs nothing while there is none; {@link #recount} brings memory in line
 * with the rows. Thread-safe.
 */
public final class DurableDeletions implements DeletionQueue {

  private final InstantSource clock;
  private final ConcurrentMap<Integer, Long> waiting = new ConcurrentHashMap<>();
  private volatile Runnable nudge = () -> {};

  public DurableDeletions(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void enqueue(Connection transaction, RootPieceId root, List<PlacedPiece> pieces)
      throws SQLException {
    if (pieces.isEmpty()) {
      return;
    }
    PendingDeletions.insert(transaction, root, pieces, clock.instant());
    for (PlacedPiece piece : pieces) {
      waiting.merge(piece.nodeAlias(), 1L, Long::sum);
    }
    nudge.run();
  }

  /** Pieces that wait for their node; exact after {@link #recount}, an upper bound between. */
  public long pendingCount() {
    return waiting.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Called, perhaps often and before the transaction commits, when there may be work soon. */
  public void onWork(Runnable nudge) {
    this.nudge = nudge;
  }

  /** Aliases of nodes with waiting pieces, ascending. */
  Set<Integer> nodesWithWork() {
    return new TreeSet<>(waiting.keySet());
  }

  void recount(Database database) {
    Map<Integer, Long> counts = database.read(PendingDeletions::counts);
    waiting.keySet().retainAll(counts.keySet());
    waiting.putAll(counts);
  }

  /** Notes that so many pieces of a node are gone. */
  void deleted(int nodeAlias, int count) {
    waiting.computeIfPresent(nodeAlias, (_, before) -> before > count ? before - count : null);
  }
}
