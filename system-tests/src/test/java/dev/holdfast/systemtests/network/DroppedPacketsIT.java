package dev.holdfast.systemtests.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.fault.LinkFault;
import dev.holdfast.systemtests.fault.TcpFaultProxy.Admission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Reads of data just written while nodes fall silent without any end of their connections: dropped
 * packets, half-open connections, cut ones, bits flipped on the way. The satellite does not learn
 * of it in time.
 */
@ExtendWith(LocalNetworkExtension.class)
class DroppedPacketsIT {
  private static final Duration MAX_EXTRA = Duration.ofSeconds(1);
  private static final int MAY_VANISH = 4;

  /** Length in bytes and how many objects of it. */
  private static final Map<Integer, Integer> OBJECTS =
      Map.of(100 << 10, 10, 1 << 20, 5, 64 << 20, 1);

  @Test
  void droppedPacketsDelayNoRead(LocalNetwork network) {
    readWithFaults(network, "dropped", node -> node.proxy().setFault(LinkFault.STALLED));
  }

  @Test
  void halfOpenConnectionsDelayNoRead(LocalNetwork network) {
    readWithFaults(network, "half-open", node -> node.proxy().halfOpen());
  }

  @Test
  void cutConnectionsDelayNoRead(LocalNetwork network) {
    readWithFaults(
        network,
        "cut",
        node -> {
          node.proxy().setAdmission(Admission.RESET);
          node.proxy().cut();
        });
  }

  @Test
  void flippedBitsChangeNothing(LocalNetwork network) {
    readWithFaults(
        network, "flipped", node -> node.proxy().setFault(LinkFault.corruptEvery(50_000)));
  }

  private static void readWithFaults(LocalNetwork network, String name, Consumer<LocalNode> fault) {
    long seed = RandomContent.drawSeed(DroppedPacketsIT.class);
    List<LocalNode> nodes = new ArrayList<>(network.nodes());
    Collections.shuffle(nodes, new Random(seed));
    network.project().createBucket(name);
    // An uplink of its own: what others learned about the nodes before is not part of this.
    ProjectObjects objects =
        new ProjectObjects(network.openUplink().openProject(network.grant()), name);
    Map<String, RandomContent> written = new LinkedHashMap<>();
    OBJECTS.forEach((length, count) -> {
      for (int i = 0; i < count; i++) {
        written.put(length + "-" + i, new RandomContent(seed + i, length));
      }
    });
    try {
      written.forEach((key, content) -> objects.put(key, content.bytes()));
      Map<Integer, Duration> healthy = slowestReads(objects, written);
      for (int step = 1; step <= 2; step++) {
        int gone = step * MAY_VANISH / 2;
        nodes.subList((step - 1) * MAY_VANISH / 2, gone).forEach(fault);
        Map<Integer, Duration> reads = slowestReads(objects, written);
        System.out.printf(
            "%s: %d nodes: slowest reads %s, healthy %s%n", name, gone, reads, healthy);
        reads.forEach((length, slowest) ->
            assertThat(slowest.minus(healthy.getOrDefault(length, Duration.ZERO)))
                .as(
                    "extra wait of the slowest read of %d bytes with %d nodes %s",
                    length, gone, name)
                .isLessThanOrEqualTo(MAX_EXTRA));
      }
    } finally {
      nodes.forEach(node -> node.proxy().restore());
      nodes.forEach(node -> node.proxy().cut());
    }
    assertThat(network.describe().getNodesList())
        .allSatisfy(node -> assertThat(node.getFailures()).isZero());
  }

  /** Reads everything, checks every byte, and answers the slowest read of each length. */
  private static Map<Integer, Duration> slowestReads(
      ProjectObjects objects, Map<String, RandomContent> written) {
    Map<Integer, Duration> slowest = new LinkedHashMap<>();
    written.forEach((key, content) -> {
      byte[] expected = content.bytes();
      long start = System.nanoTime();
      byte[] read = objects.get(key);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(read).as(key).isEqualTo(expected);
      slowest.merge(content.length(), took, (a, b) -> a.compareTo(b) > 0 ? a : b);
    });
    return slowest;
  }
}
