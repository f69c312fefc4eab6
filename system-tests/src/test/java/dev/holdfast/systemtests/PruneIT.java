package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.systemtests.process.NetworkStatus.Node;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What a backup tool prunes frees the nodes' disks. Last of those that share a network: it deletes
 * everything.
 */
@ExtendWith(ProcessNetworkExtension.class)
@Order(2_000_000_000)
class PruneIT {
  private static final int OBJECTS = 16;
  private static final int OBJECT_BYTES = 6_000_000;

  @Test
  void deletedDataLeavesTheDisksWithinMinutes(ProcessNetwork network) {
    List<Node> nodes = network.status().nodes();
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "prune");
      for (int i = 0; i < OBJECTS; i++) {
        objects.put("pack-" + i, new RandomContent(i, OBJECT_BYTES).bytes());
      }
      Map<String, Long> peak = diskBytes(nodes);
      assertThat(peak.values().stream().mapToLong(Long::longValue).sum())
          .as("bytes of all pieces on the disks")
          .isGreaterThan(2L * OBJECTS * OBJECT_BYTES);

      S3Objects.deleteEverything(s3);

      await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofSeconds(2))
          .untilAsserted(() ->
              assertThat(diskBytes(nodes))
                  .allSatisfy((name, bytes) ->
                      assertThat(bytes).as(name).isLessThan(peak.getOrDefault(name, 0L) / 10)));
    }
    assertThat(network.status().failures()).isZero();
  }

  private static Map<String, Long> diskBytes(List<Node> nodes) {
    Map<String, Long> bytes = new HashMap<>();
    nodes.forEach(node -> bytes.put(node.name(), ProcessNetwork.diskBytes(node.directory())));
    return bytes;
  }
}
