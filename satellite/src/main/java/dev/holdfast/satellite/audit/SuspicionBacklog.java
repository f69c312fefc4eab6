package dev.holdfast.satellite.audit;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.piece.PieceId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Suspicions that wait to be looked into, in memory: a hint lost in a restart is given again by the
 * next reader. Bounded in all directions: a leaf waits once, a leaf asked lately is not asked
 * again, nodes are looked into in turn, the surplus is dropped. So nobody can make the satellite
 * ask a node endlessly. Thread-safe.
 */
public final class SuspicionBacklog implements SuspicionQueue {

  static final int MAX_WAITING = 20_000;
  static final int MAX_WAITING_PER_NODE = 2_000;
  static final int MAX_REMEMBERED = 50_000;

  /** A leaf that was asked is not asked again for this long, whoever reports it. */
  static final Duration QUIET_AFTER_ANSWER = Duration.ofMinutes(1);

  static final int MAX_ATTEMPTS = 5;
  static final Duration RETRY_AFTER = Duration.ofSeconds(20);

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<NodeId, LinkedHashMap<Asked, Waiting>> waiting = new LinkedHashMap<>();
  private final Set<NodeId> taken = new LinkedHashSet<>();
  private final LinkedHashMap<Asked, Instant> answered = new LinkedHashMap<>();
  private int waitingCount;
  private long dropped;
  private volatile Runnable nudge = () -> {};

  public SuspicionBacklog(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void report(List<SuspectedPiece> pieces) {
    Instant now = clock.instant();
    lock.lock();
    try {
      for (SuspectedPiece piece : pieces) {
        add(new Waiting(piece, 0, now), now);
      }
    } finally {
      lock.unlock();
    }
    nudge.run();
  }

  /** Suspicions that were not kept because too many waited. */
  public long droppedCount() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  public int waitingCount() {
    lock.lock();
    try {
      return waitingCount;
    } finally {
      lock.unlock();
    }
  }

  public void onWork(Runnable nudge) {
    this.nudge = nudge;
  }

  /**
   * Takes the due suspicions of one node that nobody else is looking into; empty when there is
   * none. Every taken node must be given back by {@link #finish}.
   */
  List<Waiting> take(int limit) {
    Instant now = clock.instant();
    lock.lock();
    try {
      for (Map.Entry<NodeId, LinkedHashMap<Asked, Waiting>> node : waiting.entrySet()) {
        if (taken.contains(node.getKey())) {
          continue;
        }
        List<Waiting> due = takeDue(node.getValue(), limit, now);
        if (!due.isEmpty()) {
          NodeId id = node.getKey();
          taken.add(id);
          LinkedHashMap<Asked, Waiting> rest = waiting.remove(id);
          if (rest != null && !rest.isEmpty()) {
            // To the end: nodes are looked into in turn.
            waiting.put(id, rest);
          }
          return due;
        }
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives a node back. Suspicions that found no certain answer wait again, a bounded number of
   * times.
   */
  void finish(NodeId node, List<Waiting> answeredOnes, List<Waiting> unanswered) {
    Instant now = clock.instant();
    lock.lock();
    try {
      taken.remove(node);
      for (Waiting one : answeredOnes) {
        answered.remove(one.asked());
        answered.put(one.asked(), now.plus(QUIET_AFTER_ANSWER));
      }
      Iterator<Asked> oldest = answered.keySet().iterator();
      while (answered.size() > MAX_REMEMBERED) {
        oldest.next();
        oldest.remove();
      }
      for (Waiting one : unanswered) {
        if (one.attempts() + 1 < MAX_ATTEMPTS) {
          add(new Waiting(one.piece(), one.attempts() + 1, now.plus(RETRY_AFTER)), now);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(Waiting one, Instant now) {
    Instant quietUntil = answered.get(one.asked());
    if (quietUntil != null && quietUntil.isAfter(now)) {
      return;
    }
    LinkedHashMap<Asked, Waiting> ofNode =
        waiting.computeIfAbsent(one.piece().nodeId(), _ -> new LinkedHashMap<>());
    boolean full = waitingCount >= MAX_WAITING || ofNode.size() >= MAX_WAITING_PER_NODE;
    if (!full && ofNode.putIfAbsent(one.asked(), one) == null) {
      waitingCount++;
    } else if (full) {
      dropped++;
      if (ofNode.isEmpty()) {
        waiting.remove(one.piece().nodeId());
      }
    }
  }

  private List<Waiting> takeDue(LinkedHashMap<Asked, Waiting> ofNode, int limit, Instant now) {
    List<Waiting> due = new ArrayList<>();
    Iterator<Waiting> each = ofNode.values().iterator();
    while (each.hasNext() && due.size() < limit) {
      Waiting one = each.next();
      if (!one.notBefore().isAfter(now)) {
        due.add(one);
        each.remove();
        waitingCount--;
      }
    }
    return due;
  }

  /** A suspicion with the number of times it found no answer. */
  record Waiting(SuspectedPiece piece, int attempts, Instant notBefore) {
    Asked asked() {
      return new Asked(piece.piece(), piece.nodeId(), piece.stripe());
    }
  }

  /** One leaf on one node. Another stripe of the same piece may still be bad. */
  record Asked(PieceId piece, NodeId node, int stripe) {}
}
