package dev.holdfast.systemtests.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.fault.LinkFault;
import dev.holdfast.systemtests.fault.TcpFaultProxy.Direction;
import dev.holdfast.systemtests.network.LocalNetworkExtension.NetworkShape;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Uploads while nodes are slow or silent, and while there are too few. */
@ExtendWith(LocalNetworkExtension.class)
@NetworkShape(offlineAfterSeconds = 6)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UploadFaultsIT {
  private static final int LENGTH = 3_000_000;

  private static ProjectObjects objects(LocalNetwork network) {
    if (network.project().findBucket("uploads").isEmpty()) {
      network.project().createBucket("uploads");
    }
    return new ProjectObjects(network.project(), "uploads");
  }

  @Test
  @Order(1)
  void aSlowAndASilentNodeDoNotHoldAnUploadUp(LocalNetwork network) {
    ProjectObjects objects = objects(network);
    objects.put("warm", new RandomContent(1, LENGTH).bytes());
    network.nodes().get(0).proxy().setFault(Direction.TO_SERVER, LinkFault.rate(20_000));
    network.nodes().get(1).proxy().setFault(LinkFault.STALLED);
    try {
      RandomContent content = new RandomContent(2, LENGTH);
      long start = System.nanoTime();
      objects.put("slow", content.bytes());
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("an upload with two of ten nodes of no use")
          .isLessThan(Duration.ofSeconds(15));
      assertThat(objects.get("slow")).isEqualTo(content.bytes());
    } finally {
      network.nodes().forEach(node -> node.proxy().restore());
    }
  }

  @Test
  @Order(2)
  void tooFewNodesRefuseLargeUploadsAndNamesBothCounts(LocalNetwork network) throws Exception {
    ProjectObjects objects = objects(network);
    RandomContent before = new RandomContent(3, LENGTH);
    objects.put("before", before.bytes());
    for (LocalNode node : network.nodes().subList(0, 3)) {
      node.stop();
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> network.describe().getEligibleNodes() == 7);

    HoldfastException refused =
        catchThrowableOfType(
            HoldfastException.class,
            () -> objects.put("refused", new RandomContent(4, LENGTH).bytes()));
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.TOO_FEW_NODES);
    assertThat(refused.getMessage()).contains("8").contains("7");

    // A small one needs no node, and reads go on.
    objects.put("small", new RandomContent(5, 500).bytes());
    assertThat(objects.get("small")).isEqualTo(new RandomContent(5, 500).bytes());
    assertThat(objects.get("before")).isEqualTo(before.bytes());
    for (LocalNode node : network.nodes().subList(0, 3)) {
      node.restart();
    }
    await().atMost(Duration.ofSeconds(40)).until(() -> network.describe().getEligibleNodes() == 10);
    objects.put("after", new RandomContent(6, LENGTH).bytes());
  }

  @Test
  @Order(3)
  void aNodeWithAWrongClockIsNotTakenIn(LocalNetwork network) throws Exception {
    ShiftedClock wrong = new ShiftedClock();
    wrong.shiftBy(Duration.ofHours(3));
    try (LocalNode late = network.addNode(wrong)) {
      HoldfastException refused =
          catchThrowableOfType(
              HoldfastException.class, () -> late.awaitReady(Duration.ofSeconds(6)));
      assertThat(refused).isNotNull();
      assertThat(refused.code()).isIn(ErrorCode.CLOCK_SKEW, ErrorCode.TIMED_OUT);
    }
    assertThat(network.describe().getEligibleNodes()).isEqualTo(10);
  }
}
