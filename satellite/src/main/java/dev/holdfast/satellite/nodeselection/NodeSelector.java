package dev.holdfast.satellite.nodeselection;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.RegisteredNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chooses nodes for uploads: distinct, eligible, each the better of two drawn at random, so that
 * load spreads and good nodes with room get more. Thread-safe if the random generator is.
 */
public final class NodeSelector {

  /**
   * Kept free beside the asked bytes, so that uploads already under way do not fill a node to the
   * brim.
   */
  static final long RESERVE_BYTES = 16L * 1024 * 1024;

  private static final Duration CACHE_TIME = Duration.ofMillis(500);

  private final NodeRegistry registry;
  private final UploadOutcomes outcomes;
  private final InstantSource clock;
  private final RandomGenerator random;
  private volatile Candidates cache = new Candidates(List.of(), 0, Instant.MIN, -1);

  public NodeSelector(
      NodeRegistry registry, UploadOutcomes outcomes, InstantSource clock, RandomGenerator random) {
    this.registry = registry;
    this.outcomes = outcomes;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Selects nodes for pieces of one segment.
   *
   * @param minimum the fewest that will do
   * @param count the most to return
   * @param pieceBytes room that a node must have
   * @param excluded nodes that must not be chosen
   * @return {@code minimum} to {@code count} distinct nodes in random order
   * @throws HoldfastException {@code too-few-nodes} naming need and have
   */
  public List<RegisteredNode> select(
      int minimum, int count, long pieceBytes, Set<NodeId> excluded) {
    List<RegisteredNode> chosen = draw(count, pieceBytes, excluded);
    if (chosen.size() < minimum) {
      throw new HoldfastException(
          ErrorCode.TOO_FEW_NODES, tooFew(minimum, chosen.size(), pieceBytes));
    }
    return chosen;
  }

  /** Nodes that would be offered an upload of a whole segment's piece now. */
  public int eligibleCount() {
    return candidates().eligible().size();
  }

  private List<RegisteredNode> draw(int count, long pieceBytes, Set<NodeId> excluded) {
    List<RegisteredNode> remaining = new ArrayList<>();
    for (RegisteredNode node : candidates().eligible()) {
      if (node.space().availableBytes() - RESERVE_BYTES >= pieceBytes
          && !excluded.contains(node.id())) {
        remaining.add(node);
      }
    }
    List<RegisteredNode> chosen = new ArrayList<>(Math.min(count, remaining.size()));
    while (chosen.size() < count && !remaining.isEmpty()) {
      int first = random.nextInt(remaining.size());
      int second = random.nextInt(remaining.size());
      int better = score(remaining.get(first)) >= score(remaining.get(second)) ? first : second;
      chosen.add(remaining.get(better));
      RegisteredNode last = remaining.removeLast();
      if (better < remaining.size()) {
        remaining.set(better, last);
      }
    }
    return chosen;
  }

  private double score(RegisteredNode node) {
    double free =
        (double) node.space().availableBytes() / Math.max(1, node.space().allocatedBytes());
    // A node with a quarter of its room left is as good as an empty one; below that it is spared
    // more and more.
    return outcomes.successOf(node.id()) * Math.min(1.0, 0.25 + 3 * free);
  }

  private Candidates candidates() {
    Instant now = clock.instant();
    Candidates current = cache;
    if (current.version() == registry.version()
        && !now.isBefore(current.built())
        && now.isBefore(current.built().plus(CACHE_TIME))) {
      return current;
    }
    long version = registry.version();
    List<RegisteredNode> eligible = new ArrayList<>();
    int known = 0;
    for (RegisteredNode node : registry.nodes()) {
      known++;
      if (isEligible(node, now)) {
        eligible.add(node);
      }
    }
    Candidates built = new Candidates(List.copyOf(eligible), known, now, version);
    cache = built;
    return built;
  }

  private boolean isEligible(RegisteredNode node, Instant now) {
    return node.acceptsUploads()
        && !node.isSuspended(now)
        && node.isReachable(now, registry.config().offlineAfter())
        && node.space().availableBytes() > RESERVE_BYTES;
  }

  private String tooFew(int need, int have, long pieceBytes) {
    int known = candidates().known();
    return ("uploads paused: %d of %d nodes needed are online with room for %,d bytes (%d registered); "
            + "start the missing nodes, free or add disk, or invite more nodes")
        .formatted(have, need, pieceBytes, known);
  }

  private record Candidates(
      List<RegisteredNode> eligible, int known, Instant built, long version) {}
}
