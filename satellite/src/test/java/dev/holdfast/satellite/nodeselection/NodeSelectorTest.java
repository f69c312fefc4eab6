package dev.holdfast.satellite.nodeselection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.RegisteredNode;
import dev.holdfast.satellite.nodes.TestClock;
import dev.holdfast.satellite.nodes.TestNodes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeSelectorTest {
  private static final long PIECE = 1 << 20;

  private final TestClock clock = new TestClock();
  private final NodeRegistry registry = TestNodes.registry(clock);
  private final UploadOutcomes outcomes = new UploadOutcomes();
  private final long seed = System.nanoTime();
  private final NodeSelector selector =
      new NodeSelector(registry, outcomes, clock, new Random(seed));

  @Test
  void offersDistinctNodesUpToTheTotal() {
    addNodes(1, 20);
    for (int i = 0; i < 200; i++) {
      List<RegisteredNode> chosen = selector.select(8, 10, PIECE, Set.of());
      assertThat(chosen).as("seed %d", seed).hasSize(10).doesNotHaveDuplicates();
    }
  }

  @Test
  void offersAllWhenFewerThanTheTotalButEnoughAreThere() {
    addNodes(1, 8);
    assertThat(selector.select(8, 10, PIECE, Set.of())).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void namesNeedAndHaveWhenTooFewAreEligible() {
    addNodes(1, 7);
    registry.show(TestNodes.node(8, clock.instant().minus(Duration.ofMinutes(2))));
    assertThatThrownBy(() -> selector.select(8, 10, PIECE, Set.of()))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_FEW_NODES))
        .hasMessageStartingWith("uploads paused: 7 of 8 nodes needed")
        .hasMessageContaining("8 registered");
  }

  @Test
  void sparesOfflineSuspendedRefusingAndFullNodes() {
    registry.show(TestNodes.node(1, clock.instant()));
    registry.show(TestNodes.node(2, clock.instant().minus(Duration.ofMinutes(2))));
    registry.show(
        TestNodes.node(
            3, clock.instant(), TestNodes.GIB, true, clock.instant().plus(Duration.ofDays(1))));
    registry.show(TestNodes.node(4, clock.instant(), TestNodes.GIB, false, null));
    registry.show(TestNodes.node(5, clock.instant(), NodeSelector.RESERVE_BYTES, true, null));
    registry.show(
        TestNodes.node(6, clock.instant(), NodeSelector.RESERVE_BYTES + PIECE - 1, true, null));
    assertThat(selector.select(0, 10, PIECE, Set.of()))
        .extracting(RegisteredNode::alias)
        .containsExactly(1);
    assertThat(selector.eligibleCount()).isEqualTo(2);
  }

  @Test
  void neverOffersExcludedNodes() {
    addNodes(1, 5);
    assertThat(selector.select(0, 5, PIECE, Set.of(TestNodes.id(2), TestNodes.id(4))))
        .extracting(RegisteredNode::alias)
        .containsExactlyInAnyOrder(1, 3, 5);
  }

  @Test
  void noticesNodesThatFallSilent() {
    addNodes(1, 5);
    assertThat(selector.eligibleCount()).isEqualTo(5);
    clock.advance(Duration.ofMinutes(2));
    assertThat(selector.eligibleCount()).isZero();
    registry.show(TestNodes.node(6, clock.instant()));
    assertThat(selector.eligibleCount()).isEqualTo(1);
  }

  @Test
  void prefersNodesThatDeliverAndHaveRoom() {
    addNodes(1, 20);
    for (int i = 0; i < 100; i++) {
      outcomes.offered(TestNodes.id(1));
    }
    registry.show(TestNodes.node(21, clock.instant(), TestNodes.GIB / 20, true, null));
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      for (RegisteredNode node : selector.select(5, 5, PIECE, Set.of())) {
        counts.merge(node.alias(), 1, Integer::sum);
      }
    }
    int usual = counts.getOrDefault(2, 0);
    assertThat(counts.getOrDefault(1, 0)).as("seed %d", seed).isLessThan(usual / 2);
    assertThat(counts.getOrDefault(21, 0)).as("seed %d", seed).isLessThan(usual / 2);
    assertThat(counts.getOrDefault(1, 0))
        .as("still tried, so that it can recover, seed %d", seed)
        .isPositive();
  }

  private void addNodes(int first, int last) {
    for (int alias = first; alias <= last; alias++) {
      registry.show(TestNodes.node(alias, clock.instant()));
    }
  }
}
