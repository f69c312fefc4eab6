package dev.holdfast.satellite.deletions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.chores.Chore;
import dev.holdfast.satellite.database.SatelliteDatabase;
import dev.holdfast.satellite.database.TestDatabase;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.ScriptedDialer;
import dev.holdfast.satellite.nodes.TestClock;
import dev.holdfast.satellite.nodes.TestNodes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeletionsIT {
  private final SatelliteDatabase database = TestDatabase.fresh();
  private final TestClock clock = new TestClock();
  private final NodeRegistry registry =
      new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
  private final ScriptedDialer dialer = new ScriptedDialer();
  private final DurableDeletions queue = new DurableDeletions(clock);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final DeletionWorker worker =
      new DeletionWorker(database.database(), queue, registry, dialer, threads);
  private final RootPieceId root = RootPieceId.random(new SecureRandom());

  @AfterEach
  void close() {
    threads.shutdownNow();
    database.close();
  }

  @Test
  void piecesLeaveTheirNodesAndThenTheQueue() throws Exception {
    addNodes(3);
    enqueue(root, 3);
    enqueue(root, 3);
    assertThat(worker.runOnce()).isEqualTo(3);
    assertThat(dialer.deleted.get(2)).containsExactly(new PieceId(root, 1));
    assertThat(queue.pendingCount()).as("asked for twice, kept once").isLessThanOrEqualTo(3);
    worker.recount();
    assertThat(queue.pendingCount()).isZero();
    assertThat(worker.runOnce()).isZero();
  }

  @Test
  void piecesOfSilentAndOfflineNodesWaitAndSurviveARestart() throws Exception {
    registry.show(TestNodes.node(1, clock.instant()));
    registry.show(TestNodes.node(2, clock.instant().minus(Duration.ofMinutes(5))));
    registry.show(TestNodes.node(3, clock.instant()));
    dialer.silent.add(3);
    enqueue(root, 3);
    assertThat(worker.runOnce()).isEqualTo(1);
    assertThat(queue.pendingCount()).isEqualTo(2);
    assertThat(dialer.deleted).containsOnlyKeys(1);

    DurableDeletions afterRestart = new DurableDeletions(clock);
    NodeRegistry allBack = new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
    for (int alias = 1; alias <= 3; alias++) {
      allBack.show(TestNodes.node(alias, clock.instant()));
    }
    dialer.silent.clear();
    DeletionWorker restarted =
        new DeletionWorker(database.database(), afterRestart, allBack, dialer, threads);
    restarted.recount();
    assertThat(afterRestart.pendingCount()).isEqualTo(2);
    assertThat(restarted.runOnce()).isEqualTo(2);
    assertThat(afterRestart.pendingCount()).isZero();
  }

  @Test
  void aTransactionThatFailsQueuesNothing() throws Exception {
    addNodes(1);
    assertThatThrownBy(() ->
            database
                .database()
                .write(
                    UnknownOutcome.FAIL,
                    connection -> {
                      queue.enqueue(connection, root, List.of(new PlacedPiece(0, 1)));
                      throw new IllegalStateException("the caller changed its mind");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(worker.runOnce()).isZero();
    assertThat(dialer.deleted).isEmpty();
    worker.recount();
    assertThat(queue.pendingCount()).isZero();
  }

  @Test
  void moreThanABatchGoesInSeveral() throws Exception {
    addNodes(1);
    SecureRandom random = new SecureRandom();
    database
        .database()
        .write(
            UnknownOutcome.REPEAT,
            connection -> {
              for (int i = 0; i < DeletionWorker.BATCH_PIECES + 5; i++) {
                queue.enqueue(
                    connection, RootPieceId.random(random), List.of(new PlacedPiece(0, 1)));
              }
              return null;
            });
    assertThat(worker.runOnce()).isEqualTo(DeletionWorker.BATCH_PIECES + 5);
    assertThat(dialer.deleted.get(1)).hasSize(DeletionWorker.BATCH_PIECES + 5);
  }

  @Test
  void aNudgeFromInsideTheTransactionIsEnough() {
    addNodes(2);
    try (Chore chore = new Chore("deletions", Duration.ofHours(1), worker::runOnce)) {
      queue.onWork(chore::nudge);
      chore.start();
      enqueue(root, 2);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> dialer.deleted.size() == 2);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> queue.pendingCount() == 0);
    }
  }

  private void enqueue(RootPieceId root, int pieces) {
    database
        .database()
        .write(
            UnknownOutcome.REPEAT,
            connection -> {
              for (int number = 0; number < pieces; number++) {
                queue.enqueue(connection, root, List.of(new PlacedPiece(number, number + 1)));
              }
              return null;
            });
  }

  private void addNodes(int count) {
    for (int alias = 1; alias <= count; alias++) {
      registry.show(TestNodes.node(alias, clock.instant()));
    }
  }
}
