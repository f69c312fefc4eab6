package dev.holdfast.satellite.deletions;

import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.nodes.NodeDialer;
import dev.holdfast.satellite.nodes.NodeDialer.NodeUnreachableException;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.RegisteredNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Tells nodes to delete what waits for them, a node at a time per thread and in batches. A piece
 * leaves the queue only after its node confirmed; nodes that do not answer keep theirs.
 * Thread-safe.
 */
public final class DeletionWorker {

  static final int BATCH_PIECES = 1_000;

  /**
   * Batches for one node in one run; the rest waits for the next, so that no node starves the
   * others.
   */
  private static final int MAX_BATCHES = 20;

  private static final int MAX_NODES_AT_ONCE = 16;

  private final Database database;
  private final DurableDeletions queue;
  private final NodeRegistry registry;
  private final NodeDialer dialer;
  private final ExecutorService threads;

  /**
   * @param threads one virtual thread per task
   */
  public DeletionWorker(
      Database database,
      DurableDeletions queue,
      NodeRegistry registry,
      NodeDialer dialer,
      ExecutorService threads) {
    this.database = database;
    this.queue = queue;
    this.registry = registry;
    this.dialer = dialer;
    this.threads = threads;
  }

  /** Brings the in-memory counts in line with the rows, which other processes may have added. */
  public void recount() {
    queue.recount(database);
  }

  /**
   * One pass over the nodes that have work and are reachable.
   *
   * @return how many pieces were deleted
   */
  public int runOnce() throws InterruptedException {
    Semaphore slots = new Semaphore(MAX_NODES_AT_ONCE);
    List<Future<Integer>> running = new ArrayList<>();
    for (int alias : queue.nodesWithWork()) {
      Optional<RegisteredNode> node = registry.find(alias);
      if (node.isEmpty() || !registry.isReachable(node.get())) {
        continue;
      }
      slots.acquire();
      running.add(
          threads.submit(() -> {
            try {
              return deleteOn(node.get());
            } finally {
              slots.release();
            }
          }));
    }
    int deleted = 0;
    RuntimeException failure = null;
    for (Future<Integer> node : running) {
      try {
        deleted += node.get();
      } catch (ExecutionException e) {
        failure = new IllegalStateException("a pass of deletions failed", e.getCause());
      }
    }
    if (failure != null) {
      throw failure;
    }
    return deleted;
  }

  private int deleteOn(RegisteredNode node) {
    int deleted = 0;
    for (int batch = 0; batch < MAX_BATCHES; batch++) {
      List<PieceId> pieces =
          database.read(connection -> PendingDeletions.of(connection, node.alias(), BATCH_PIECES));
      if (pieces.isEmpty()) {
        break;
      }
      try {
        dialer.delete(node, pieces);
      } catch (NodeUnreachableException e) {
        break;
      }
      database.write(
          UnknownOutcome.REPEAT,
          connection -> {
            PendingDeletions.delete(connection, node.alias(), pieces);
            return null;
          });
      queue.deleted(node.alias(), pieces.size());
      deleted += pieces.size();
      if (pieces.size() < BATCH_PIECES) {
        break;
      }
    }
    return deleted;
  }
}
