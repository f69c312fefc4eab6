package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.systemtests.process.NetworkStatus;
import dev.holdfast.systemtests.process.NetworkStatus.Node;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.systemtests.process.ProcessNetworkExtension.OwnNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Damage on disks is read around, proven, and counted for those who have it and for nobody else.
 */
@ExtendWith(ProcessNetworkExtension.class)
@OwnNetwork
@Order(2_000_000_002)
class DamagedNodesIT {
  private static final int OBJECTS = 50;

  /** Five stripes and a bit under 4/6/8/10. */
  private static final int OBJECT_BYTES = 1_400_000;

  @Test
  void damageIsReadAroundAndNamed(ProcessNetwork network) throws IOException {
    long seed = RandomContent.drawSeed(DamagedNodesIT.class);
    NetworkStatus before = network.awaitReady();
    List<Node> nodes = new ArrayList<>(before.nodes());
    Collections.shuffle(nodes, new Random(seed));
    List<Node> damaged = nodes.subList(0, before.optimal() - before.required());
    Set<String> damagedNames = damaged.stream().map(Node::name).collect(Collectors.toSet());
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "damaged");
      for (int i = 0; i < OBJECTS; i++) {
        objects.put("object-" + i, new RandomContent(seed + i, OBJECT_BYTES).bytes());
      }
      assertThat(network.status().failures()).isZero();

      for (Node node : damaged) {
        assertThat(damage(node.directory()))
            .as("bytes damaged of %s", node.name())
            .isGreaterThan(OBJECT_BYTES);
      }
      for (int i = 0; i < OBJECTS; i++) {
        assertThat(objects.get("object-" + i))
            .as("object-%d", i)
            .isEqualTo(new RandomContent(seed + i, OBJECT_BYTES).bytes());
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofSeconds(2))
          .untilAsserted(() -> assertThat(namesWithFailures(network)).isEqualTo(damagedNames));
      for (int i = 0; i < OBJECTS; i++) {
        objects.get("object-" + i);
      }
      assertThat(namesWithFailures(network)).isEqualTo(damagedNames);
    }
  }

  private static Set<String> namesWithFailures(ProcessNetwork network) {
    return network.status().nodes().stream()
        .filter(node -> node.failures() > 0)
        .map(Node::name)
        .collect(Collectors.toSet());
  }

  /**
   * Inverts every byte of every piece log and index below a node's folder, in place; answers how
   * many.
   */
  private static long damage(Path directory) throws IOException {
    long bytes = 0;
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> file.getFileName().toString().startsWith("pieces"))
              .toList();
    }
    for (Path file : files) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        long position = 0;
        int count;
        while ((count = channel.read(buffer.clear(), position)) > 0) {
          buffer.flip();
          for (int i = 0; i < count; i++) {
            buffer.put(i, (byte) ~buffer.get(i));
          }
          channel.write(buffer, position);
          position += count;
        }
        bytes += position;
      }
    }
    return bytes;
  }
}
