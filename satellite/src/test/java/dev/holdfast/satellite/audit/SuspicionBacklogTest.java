package dev.holdfast.satellite.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.audit.SuspicionBacklog.Waiting;
import dev.holdfast.satellite.nodes.TestClock;
import dev.holdfast.satellite.nodes.TestNodes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspicionBacklogTest {
  private final TestClock clock = new TestClock();
  private final SuspicionBacklog backlog = new SuspicionBacklog(clock);

  @Test
  void aLeafWaitsOnce() {
    backlog.report(List.of(suspicion(1, 1, 0), suspicion(1, 1, 0)));
    backlog.report(List.of(suspicion(1, 1, 0), suspicion(1, 1, 5)));
    assertThat(backlog.waitingCount()).isEqualTo(2);
  }

  @Test
  void oneNodeIsNotLookedIntoTwiceAtATime() {
    backlog.report(List.of(suspicion(1, 1, 0), suspicion(1, 2, 0), suspicion(2, 3, 0)));
    List<Waiting> first = backlog.take(1);
    assertThat(first).hasSize(1);
    assertThat(backlog.take(10))
        .singleElement()
        .satisfies(one -> assertThat(one.piece().nodeId()).isEqualTo(TestNodes.id(2)));
    assertThat(backlog.take(10)).isEmpty();
    backlog.finish(TestNodes.id(1), first, List.of());
    assertThat(backlog.take(10)).hasSize(1);
  }

  @Test
  void anAnsweredLeafIsQuietForAWhile() {
    backlog.report(List.of(suspicion(1, 1, 0)));
    backlog.finish(TestNodes.id(1), backlog.take(10), List.of());
    backlog.report(List.of(suspicion(1, 1, 0)));
    assertThat(backlog.take(10)).isEmpty();
    clock.advance(SuspicionBacklog.QUIET_AFTER_ANSWER);
    backlog.report(List.of(suspicion(1, 1, 0)));
    assertThat(backlog.take(10)).hasSize(1);
  }

  @Test
  void silenceIsAskedAgainAFewTimesAndThenForgotten() {
    backlog.report(List.of(suspicion(1, 1, 0)));
    int attempts = 0;
    while (true) {
      List<Waiting> taken = backlog.take(10);
      if (taken.isEmpty()) {
        break;
      }
      attempts++;
      backlog.finish(TestNodes.id(1), List.of(), taken);
      assertThat(backlog.take(10)).as("not before its time").isEmpty();
      clock.advance(SuspicionBacklog.RETRY_AFTER);
    }
    assertThat(attempts).isEqualTo(SuspicionBacklog.MAX_ATTEMPTS);
    assertThat(backlog.waitingCount()).isZero();
  }

  @Test
  void dropsTheSurplusOfOneNodeAndOfAll() {
    List<SuspectedPiece> flood = new ArrayList<>();
    for (int piece = 0; piece < SuspicionBacklog.MAX_WAITING_PER_NODE + 10; piece++) {
      flood.add(suspicion(1, piece, 0));
    }
    backlog.report(flood);
    assertThat(backlog.waitingCount()).isEqualTo(SuspicionBacklog.MAX_WAITING_PER_NODE);
    assertThat(backlog.droppedCount()).isEqualTo(10);
    for (int node = 2; node < 20; node++) {
      List<SuspectedPiece> more = new ArrayList<>();
      for (int piece = 0; piece < SuspicionBacklog.MAX_WAITING_PER_NODE; piece++) {
        more.add(suspicion(node, piece, 0));
      }
      backlog.report(more);
    }
    assertThat(backlog.waitingCount()).isEqualTo(SuspicionBacklog.MAX_WAITING);
  }

  private static SuspectedPiece suspicion(int node, int root, int stripe) {
    return new SuspectedPiece(
        new PieceId(new RootPieceId(7, root), 3),
        TestNodes.id(node),
        stripe,
        SuspectedPiece.Reason.BAD_SHARE);
  }
}
