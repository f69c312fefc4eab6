package dev.holdfast.satellite.nodeselection;

import dev.holdfast.protocol.identity.NodeId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How often an offer of each node led to a verified receipt lately: a moving average of 1 for a
 * receipt and 0 for none. Slow nodes are cut off more often, so it falls with failures and with
 * slowness. It only decides between eligible nodes and never counts as a fault. Kept in memory; a
 * restart begins anew. Thread-safe.
 */
public final class UploadOutcomes {

  private static final double WEIGHT_OF_LATEST = 0.05;
  private static final double UNKNOWN = 0.8;

  private final ConcurrentMap<NodeId, Double> averages = new ConcurrentHashMap<>();

  /** An offer counts as failed until its receipt comes. */
  public void offered(NodeId node) {
    averages.compute(
        node, (_, average) -> (average == null ? UNKNOWN : average) * (1 - WEIGHT_OF_LATEST));
  }

  public void succeeded(NodeId node) {
    averages.compute(
        node,
        (_, average) -> Math.min(1.0, (average == null ? UNKNOWN : average) + WEIGHT_OF_LATEST));
  }

  /** In [0, 1]. */
  public double successOf(NodeId node) {
    return averages.getOrDefault(node, UNKNOWN);
  }
}
