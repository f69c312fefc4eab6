package dev.holdfast.uplink.segment.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void givesBackWhatAClaimHeld() throws Exception {
    try (ByteBudget.Claim claim = budget.open(60)) {
      claim.grow(40);
      assertThat(budget.freeBytes()).isEqualTo(60);
      claim.grow(40);
      assertThat(budget.freeBytes()).as("not beyond its claim").isEqualTo(40);
    }
    assertThat(budget.freeBytes()).isEqualTo(100);
  }

  @Test
  void aLaterClaimLeavesRoomForTheOlderToGrow() throws Exception {
    ByteBudget.Claim older = budget.open(80);
    ByteBudget.Claim later = budget.open(80);
    older.grow(10);
    later.grow(20);
    AtomicBoolean grown = new AtomicBoolean();
    Thread waiting =
        Thread.startVirtualThread(() -> {
          try {
            later.grow(20);
            grown.set(true);
          } catch (InterruptedException _) {
            // The test is over.
          }
        });
    await().until(() -> waiting.getState() == Thread.State.WAITING);
    assertThat(later.tryExtra(1)).isFalse();
    older.grow(70);
    assertThat(grown).isFalse();
    older.close();
    await().untilTrue(grown);
    assertThat(budget.freeBytes()).isEqualTo(60);
  }

  @Test
  void aClaimLargerThanTheBudgetRunsAlone() throws Exception {
    try (ByteBudget.Claim claim = budget.open(1_000)) {
      claim.grow(1_000);
      assertThat(budget.freeBytes()).isZero();
    }
  }

  @Test
  void growingClaimsNeverWaitForEachOtherForEver() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random seeds = new Random(seed);
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Random random = new Random(seeds.nextLong());
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              for (int round = 0; round < 50; round++) {
                int most = 1 + random.nextInt(100);
                try (ByteBudget.Claim claim = budget.open(most)) {
                  for (int held = 0; held < most; ) {
                    int step = 1 + random.nextInt(most - held);
                    claim.grow(step);
                    held += step;
                    Thread.yield();
                  }
                }
              }
              done.incrementAndGet();
            } catch (InterruptedException _) {
              // Counted as not done.
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(done).hasValue(50);
    assertThat(budget.freeBytes()).isEqualTo(100);
  }
}
