package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.systemtests.process.CommandResult;
import dev.holdfast.systemtests.process.NetworkStatus;
import dev.holdfast.systemtests.process.NetworkStatus.Node;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.systemtests.process.Processes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/** A network that is stopped and started, or healed, is the same network. */
@ExtendWith(ProcessNetworkExtension.class)
class RestartIT {
  @Test
  void downAndUpKeepsPortsKeysAndData(ProcessNetwork network) {
    RandomContent small = new RandomContent(1, 3_000);
    RandomContent large = new RandomContent(2, 3_000_000);
    Map<String, String> environment = network.environment();
    NetworkStatus before = network.status();
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "restart");
      objects.put("small", small.bytes());
      objects.put("large", large.bytes());

      network.down();
      NetworkStatus stopped = network.status();
      assertThat(stopped.state()).isEqualTo("stopped");
      assertThat(stopped.nodes()).allSatisfy(node -> assertThat(node.pid()).isZero());
      for (long pid : pids(before)) {
        assertThat(Processes.runs(pid)).as("process %d after down", pid).isFalse();
      }

      network.up();
      NetworkStatus after = network.status();
      assertThat(after.state()).isEqualTo("ready");
      assertThat(network.environment()).isEqualTo(environment);
      assertThat(after.satelliteId()).isEqualTo(before.satelliteId());
      assertThat(after.satelliteAddress()).isEqualTo(before.satelliteAddress());
      assertThat(after.nodes().stream().map(n -> n.name() + n.id() + n.address()))
          .containsExactlyElementsOf(
              before.nodes().stream().map(n -> n.name() + n.id() + n.address()).toList());
      assertThat(objects.get("small")).isEqualTo(small.bytes());
      assertThat(objects.get("large")).isEqualTo(large.bytes());
      objects.deleteAll();
      s3.deleteBucket(r -> r.bucket("restart"));
    }
  }

  @Test
  void upStartsOnlyWhatIsDead(ProcessNetwork network) {
    NetworkStatus before = network.status();
    Node victim = before.nodes().getFirst();
    Processes.kill(victim.pid());
    assertThat(network.status().obstacles()).isNotEmpty();

    network.up();

    NetworkStatus after = network.status();
    assertThat(after.satellitePid()).isEqualTo(before.satellitePid());
    assertThat(after.gatewayPid()).isEqualTo(before.gatewayPid());
    assertThat(after.nodes().getFirst().id()).isEqualTo(victim.id());
    assertThat(after.nodes().getFirst().pid()).isNotEqualTo(victim.pid());
    assertThat(after.nodes().subList(1, 10))
        .extracting(Node::pid)
        .isEqualTo(before.nodes().subList(1, 10).stream().map(Node::pid).toList());
  }

  @Test
  void theStatusOfAReadyNetworkIsWhole(ProcessNetwork network) {
    NetworkStatus status = network.awaitReady();
    assertThat(List.of(status.required(), status.repair(), status.optimal(), status.total()))
        .containsExactly(4, 6, 8, 10);
    assertThat(status.databaseKind()).isEqualTo("embedded");
    assertThat(Processes.runs(status.databasePid())).isTrue();
    assertThat(status.nodes()).hasSize(10);
    assertThat(status.nodes()).extracting(Node::directory).doesNotHaveDuplicates();
    assertThat(status.nodes()).extracting(Node::id).doesNotHaveDuplicates();
    assertThat(status.nodes())
        .allSatisfy(node -> {
          assertThat(Processes.runs(node.pid())).isTrue();
          assertThat(node.directory()).isDirectory().startsWith(network.data());
          assertThat(node.standing()).isEqualTo("online");
          assertThat(node.availableBytes()).isPositive();
        });
    assertThat(status.obstacles()).isEmpty();
  }

  @Test
  void wrongUseIsRefusedWithTheWayOut(ProcessNetwork network) {
    CommandResult otherScheme = network.run("up", "--scheme", "2/3/4/5");
    assertThat(otherScheme.exitCode()).isEqualTo(2);
    assertThat(otherScheme.errors()).contains("--data");
    CommandResult otherFolder = network.run("status", "--data", network.scratch() + "/nothing");
    assertThat(otherFolder.exitCode()).isEqualTo(4);
    assertThat(otherFolder.errors()).contains("holdfast up");
    String port = network.status().endpoint().replaceAll(".*:", "");
    try (ProcessNetwork second = ProcessNetwork.prepare()) {
      CommandResult takenPort = second.run("up", "--s3-port", port);
      assertThat(takenPort.exitCode()).isEqualTo(3);
      assertThat(takenPort.errors()).contains("--s3-port");
    }
  }

  private static List<Long> pids(NetworkStatus status) {
    return Stream.concat(
            Stream.of(status.gatewayPid(), status.satellitePid(), status.databasePid()),
            status.nodes().stream().map(Node::pid))
        .toList();
  }
}
