package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.systemtests.process.NetworkStatus;
import dev.holdfast.systemtests.process.NetworkStatus.Node;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.systemtests.process.ProcessNetworkExtension.OwnNetwork;
import dev.holdfast.systemtests.process.Processes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Reads of data just written while nodes vanish, before anybody was told that they are gone: no
 * read fails, and none waits more than a second longer than the healthy ones before it.
 */
@ExtendWith(ProcessNetworkExtension.class)
@OwnNetwork
@Order(2_000_000_001)
class KilledNodesIT {
  private static final Duration MAX_EXTRA = Duration.ofSeconds(1);

  /** Length in bytes and how many objects of it. */
  private static final Map<Integer, Integer> OBJECTS =
      Map.of(100 << 10, 12, 1 << 20, 6, 64 << 20, 1);

  @Test
  void readsGoOnWithNodesKilled(ProcessNetwork network) {
    readWhileNodesVanish(network, "killed", node -> Processes.kill(node.pid()));
    network.up();
    network.awaitReady();
  }

  @Test
  void readsGoOnWithNodesFrozen(ProcessNetwork network) {
    List<Long> frozen = new ArrayList<>();
    try {
      readWhileNodesVanish(
          network,
          "frozen",
          node -> {
            frozen.add(node.pid());
            Processes.freeze(node.pid());
          });
    } finally {
      frozen.forEach(Processes::thaw);
    }
    network.awaitReady();
  }

  private static void readWhileNodesVanish(
      ProcessNetwork network, String name, Consumer<Node> makeVanish) {
    long seed = RandomContent.drawSeed(KilledNodesIT.class);
    NetworkStatus status = network.awaitReady();
    List<Node> nodes = new ArrayList<>(status.nodes());
    Collections.shuffle(nodes, new Random(seed));
    int mayVanish = status.optimal() - status.required();
    Map<String, RandomContent> written = new LinkedHashMap<>();
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, name);
      OBJECTS.forEach((length, count) -> {
        for (int i = 0; i < count; i++) {
          written.put(length + "-" + i, new RandomContent(seed + i, length));
        }
      });
      written.forEach((key, content) -> objects.put(key, content.bytes()));
      Map<Integer, Duration> healthy = slowestReads(objects, written);
      for (int step = 1; step <= 2; step++) {
        int gone = step * mayVanish / 2;
        nodes.subList((step - 1) * mayVanish / 2, gone).forEach(makeVanish);
        Map<Integer, Duration> reads = slowestReads(objects, written);
        System.out.printf(
            "%s: %d nodes gone: slowest reads %s, healthy %s%n", name, gone, reads, healthy);
        reads.forEach((length, slowest) ->
            assertThat(slowest.minus(healthy.getOrDefault(length, Duration.ZERO)))
                .as(
                    "extra wait of the slowest read of %d bytes with %d nodes %s",
                    length, gone, name)
                .isLessThanOrEqualTo(MAX_EXTRA));
      }
    }
  }

  /** Reads everything, checks every byte, and answers the slowest read of each length. */
  private static Map<Integer, Duration> slowestReads(
      S3Objects objects, Map<String, RandomContent> written) {
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
