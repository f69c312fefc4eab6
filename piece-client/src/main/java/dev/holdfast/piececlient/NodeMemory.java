package dev.holdfast.piececlient;

import dev.holdfast.protocol.identity.NodeId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which nodes failed or fell silent lately, and when each may be tried again. Forgets the oldest
 * beyond {@value #MAX_NODES} nodes. Thread-safe.
 */
final class NodeMemory {
  private static final int MAX_NODES = 4_096;

  private final LongSupplier nanoTime;
  private final long firstRetryNanos;
  private final long lastRetryNanos;
  private final Map<NodeId, Doubt> doubts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Doubt> eldest) {
          return size() > MAX_NODES;
        }
      };

  NodeMemory(LongSupplier nanoTime, Duration firstRetry, Duration lastRetry) {
    this.nanoTime = nanoTime;
    this.firstRetryNanos = firstRetry.toNanos();
    this.lastRetryNanos = lastRetry.toNanos();
  }

  /** The node answered: every doubt is gone. */
  synchronized void answered(NodeId node) {
    doubts.remove(node);
  }

  /** A connection or an exchange failed. */
  synchronized void failed(NodeId node) {
    doubt(node).failed = true;
  }

  /** The node has not answered while others would have; it is asked last, but not refused. */
  synchronized void silent(NodeId node) {
    doubt(node);
  }

  private Doubt doubt(NodeId node) {
    Doubt doubt = doubts.computeIfAbsent(node, _ -> new Doubt());
    long now = nanoTime.getAsLong();
    if (doubt.retryNanos == 0 || now - doubt.retryAt >= 0) {
      doubt.retryNanos =
          doubt.retryNanos == 0 ? firstRetryNanos : Math.min(lastRetryNanos, doubt.retryNanos * 2);
      doubt.retryAt = now + doubt.retryNanos;
    }
    doubt.probing = false;
    return doubt;
  }

  synchronized boolean isDoubtful(NodeId node) {
    return doubts.containsKey(node);
  }

  synchronized boolean hasFailed(NodeId node) {
    Doubt doubt = doubts.get(node);
    return doubt != null && doubt.failed;
  }

  /** Whether the caller should find out now if the node is back; true at most once per retry. */
  synchronized boolean takeProbe(NodeId node) {
    Doubt doubt = doubts.get(node);
    if (doubt == null || doubt.probing || nanoTime.getAsLong() - doubt.retryAt < 0) {
      return false;
    }
    doubt.probing = true;
    return true;
  }

  private static final class Doubt {
    private boolean failed;
    private boolean probing;
    private long retryNanos;
    private long retryAt;
  }
}
