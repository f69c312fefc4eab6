package dev.holdfast.satellite.audit;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.satellite.audit.SuspicionBacklog.Waiting;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.metadata.StoredSegments;
import dev.holdfast.satellite.nodes.NodeDialer;
import dev.holdfast.satellite.nodes.NodeDialer.ShareAnswer;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.RegisteredNode;
import dev.holdfast.satellite.orders.OrderLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into suspicions: asks the node for that very share with its proof and judges by the stored
 * segment root. An uplink's word only chooses the question. Thread-safe.
 */
public final class AuditWorker {

  static final int BATCH = 64;

  private static final Logger LOG = LoggerFactory.getLogger(AuditWorker.class);
  private static final int MAX_NODES_AT_ONCE = 16;

  private final Database database;
  private final StoredSegments segments;
  private final SuspicionBacklog backlog;
  private final ProvenFaults faults;
  private final NodeRegistry registry;
  private final OrderLimits limits;
  private final NodeDialer dialer;
  private final Duration pause;
  private final ExecutorService threads;

  /**
   * @param pause after every question to a node, so that reports cannot make the satellite a burden
   *     to it
   * @param threads one virtual thread per task
   */
  public AuditWorker(
      Database database,
      StoredSegments segments,
      SuspicionBacklog backlog,
      ProvenFaults faults,
      NodeRegistry registry,
      OrderLimits limits,
      NodeDialer dialer,
      Duration pause,
      ExecutorService threads) {
    this.database = database;
    this.segments = segments;
    this.backlog = backlog;
    this.faults = faults;
    this.registry = registry;
    this.limits = limits;
    this.dialer = dialer;
    this.pause = pause;
    this.threads = threads;
  }

  /** Looks into everything that is due, several nodes at once, one question at a time to each. */
  public void runOnce() throws InterruptedException {
    Semaphore slots = new Semaphore(MAX_NODES_AT_ONCE);
    while (true) {
      slots.acquire();
      List<Waiting> batch = backlog.take(BATCH);
      if (batch.isEmpty()) {
        slots.release();
        break;
      }
      threads.execute(() -> {
        try {
          lookInto(batch);
        } finally {
          slots.release();
        }
      });
    }
    slots.acquire(MAX_NODES_AT_ONCE);
  }

  private void lookInto(List<Waiting> batch) {
    List<Waiting> answered = new ArrayList<>();
    List<Waiting> unanswered = new ArrayList<>();
    try {
      for (Waiting one : batch) {
        // A node that is silent once is not asked the rest now: each question may cost a time-out.
        AuditOutcome outcome =
            unanswered.isEmpty() ? lookInto(one.piece()) : new AuditOutcome.NoAnswer();
        switch (outcome) {
          case AuditOutcome.NoAnswer() -> unanswered.add(one);
          case AuditOutcome.Fault(FaultKind kind) -> {
            count(one.piece(), kind);
            answered.add(one);
          }
          case AuditOutcome.ProvenGood(), AuditOutcome.Moot() -> answered.add(one);
        }
      }
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("nodeId", batch.getFirst().piece().nodeId())
          .setCause(e)
          .log("an audit failed");
    } finally {
      if (answered.size() + unanswered.size() < batch.size()) {
        unanswered.addAll(batch.subList(answered.size() + unanswered.size(), batch.size()));
      }
      backlog.finish(batch.getFirst().piece().nodeId(), answered, unanswered);
    }
  }

  private void count(SuspectedPiece suspected, FaultKind kind) {
    faults
        .record(segments, suspected.piece(), suspected.nodeId(), suspected.stripe(), kind)
        .ifPresent(node ->
            LOG.atWarn()
                .addKeyValue("nodeId", node.id())
                .addKeyValue("pieceId", suspected.piece())
                .addKeyValue("fault", kind)
                .addKeyValue("failures", node.failures())
                .log("a node's fault was proven"));
  }

  AuditOutcome lookInto(SuspectedPiece suspected) {
    PieceId piece = suspected.piece();
    Optional<RegisteredNode> known = registry.find(suspected.nodeId());
    if (known.isEmpty() || faults.isKnownBad(piece, known.get().alias())) {
      return new AuditOutcome.Moot();
    }
    RegisteredNode node = known.get();
    Map<?, StoredSegment> found =
        database.read(connection -> segments.find(connection, Set.of(piece.root())));
    StoredSegment segment = found.get(piece.root());
    if (segment == null
        || !segment.pieces().contains(new PlacedPiece(piece.pieceNumber(), node.alias()))
        || suspected.stripe() < 0
        || suspected.stripe() >= segment.shares().stripeCount()) {
      return new AuditOutcome.Moot();
    }
    if (!registry.isReachable(node)) {
      return new AuditOutcome.NoAnswer();
    }
    OrderLimits.AuditLimit limit = limits.issueAudit(segment, piece, node, suspected.stripe());
    ShareAnswer answer =
        dialer.fetchShare(
            node,
            limit.limit(),
            limit.chain(),
            suspected.stripe(),
            segment.shares().shareBytes(suspected.stripe()));
    pause();
    return judge(segment, answer);
  }

  private void pause() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static AuditOutcome judge(StoredSegment segment, ShareAnswer answer) {
    return switch (answer) {
      case ShareAnswer.Share(NodeDialer.Evidence evidence) ->
          evidence.proves(segment.shares(), segment.segmentRoot())
              ? new AuditOutcome.ProvenGood()
              : new AuditOutcome.Fault(FaultKind.BAD_SHARE);
      case ShareAnswer.Refused(ErrorCode code) -> judgeRefusal(code);
      case ShareAnswer.Unreachable _ -> new AuditOutcome.NoAnswer();
    };
  }

  /**
   * Only refusals that mean "I do not have it as I promised" count; a stopping, busy or confused
   * node is asked again.
   */
  private static AuditOutcome judgeRefusal(ErrorCode code) {
    if (code == ErrorCode.PIECE_NOT_FOUND) {
      return new AuditOutcome.Fault(FaultKind.PIECE_MISSING);
    }
    boolean damaged =
        code == ErrorCode.PIECE_DAMAGED
            || code == ErrorCode.PIECE_ALTERED
            || code == ErrorCode.PIECE_TRUNCATED
            || code == ErrorCode.RANGE_INVALID
            || code == ErrorCode.SIZES_DISAGREE
            || code == ErrorCode.STORAGE_FAILED;
    return damaged ? new AuditOutcome.Fault(FaultKind.PIECE_DAMAGED) : new AuditOutcome.NoAnswer();
  }
}
