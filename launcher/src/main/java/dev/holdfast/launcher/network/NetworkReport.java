package dev.holdfast.launcher.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.launcher.network.NetworkSettings.NodeSettings;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.wire.DescribeNetworkResponse;
import dev.holdfast.protocol.wire.DescribedNode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The state of a network at one moment, as {@code holdfast status --json} prints it: the names of
 * the components are part of the command line's contract (docs/cli.md). Pids of what does not run
 * are 0.
 *
 * @param state "ready": uploads and downloads work; "degraded": something is down; "stopped":
 *     nothing runs
 * @param obstacles what stands in the way, as sentences
 * @param satelliteOnlyBytes ciphertext that stands on the satellite's database alone
 */
public record NetworkReport(
    String state,
    Scheme scheme,
    S3 s3,
    Satellite satellite,
    List<Node> nodes,
    long satelliteOnlyBytes,
    long pendingDeletions,
    List<String> obstacles) {

  public record S3(String endpoint, String region, long pid) {}

  public record Satellite(String id, String address, long pid, Database database) {}

  public record Database(String kind, long pid) {}

  /** One node; {@code failures} counts proven faults only. */
  public record Node(
      String name,
      String id,
      long pid,
      String address,
      String directory,
      String standing,
      @JsonProperty("standingReason") String standingReason,
      long usedBytes,
      long trashBytes,
      long availableBytes,
      long failures) {}

  /**
   * Looks at the processes and asks the satellite; what does not answer is reported, not thrown.
   */
  public static NetworkReport of(NetworkDirectory directory) {
    NetworkSettings settings = directory.requireSettings();
    PeerConfigurations configurations = new PeerConfigurations(directory, settings);
    Scheme scheme = Scheme.parse(settings.scheme());
    List<String> obstacles = new ArrayList<>();

    Optional<JsonNode> gateway = ready(directory, PeerConfigurations.GATEWAY);
    Optional<JsonNode> satelliteReady = ready(directory, PeerConfigurations.SATELLITE);
    Optional<DescribeNetworkResponse> described =
        satelliteReady.flatMap(r -> describe(directory, configurations, r, obstacles));
    if (satelliteReady.isEmpty()) {
      obstacles.add("the satellite is not running: nothing can be read or written");
    }
    if (gateway.isEmpty()) {
      obstacles.add("the S3 gateway is not running");
    }
    Map<String, DescribedNode> byId =
        described.stream()
            .flatMap(d -> d.getNodesList().stream())
            .collect(
                Collectors.toMap(
                    n -> HexFormat.of().formatHex(n.getNodeId().toByteArray()), n -> n));
    List<Node> nodes = new ArrayList<>();
    for (NodeSettings node : settings.nodes()) {
      nodes.add(node(directory, node, byId, described.isPresent()));
    }
    described.ifPresent(d -> {
      if (d.getEligibleNodes() < scheme.optimal()) {
        obstacles.add(
            "uploads paused: %d of %d nodes needed"
                .formatted(d.getEligibleNodes(), scheme.optimal()));
      }
    });
    long dead = nodes.stream().filter(n -> n.pid() == 0).count();
    if (dead > 0) {
      obstacles.add(
          "%d of %d nodes are not running: 'holdfast up' starts them again"
              .formatted(dead, nodes.size()));
    }
    boolean nothingRuns = gateway.isEmpty() && satelliteReady.isEmpty() && dead == nodes.size();
    return new NetworkReport(
        nothingRuns ? "stopped" : obstacles.isEmpty() ? "ready" : "degraded",
        scheme,
        new S3(configurations.endpoint(), settings.region(), pid(gateway)),
        new Satellite(
            satelliteReady.map(r -> r.path("id").asText()).orElse(""),
            configurations.satelliteAddress(),
            pid(satelliteReady),
            new Database(
                described.map(DescribeNetworkResponse::getDatabaseKind).orElse("embedded"),
                described.map(DescribeNetworkResponse::getDatabasePid).orElse(0L))),
        nodes,
        described.map(DescribeNetworkResponse::getSatelliteOnlyBytes).orElse(0L),
        described.map(DescribeNetworkResponse::getPendingDeletions).orElse(0L),
        obstacles);
  }

  private static Optional<JsonNode> ready(NetworkDirectory directory, String peer) {
    return new PeerProcess(peer, directory).findReady();
  }

  private static long pid(Optional<JsonNode> ready) {
    return ready.map(r -> r.path("pid").asLong()).orElse(0L);
  }

  private static Optional<DescribeNetworkResponse> describe(
      NetworkDirectory directory,
      PeerConfigurations configurations,
      JsonNode ready,
      List<String> obstacles) {
    PeerAddress satellite =
        PeerAddress.parse(ready.path("id").asText() + "@" + configurations.satelliteAddress());
    try (SatelliteAdmin admin = new SatelliteAdmin(satellite, directory.adminTokenFile())) {
      return Optional.of(admin.describeNetwork());
    } catch (CommandFailure e) {
      obstacles.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static Node node(
      NetworkDirectory directory,
      NodeSettings settings,
      Map<String, DescribedNode> byId,
      boolean satelliteAnswers) {
    Optional<JsonNode> ready = ready(directory, settings.name());
    String id = ready.map(r -> r.path("id").asText()).orElseGet(() -> idByAddress(settings, byId));
    DescribedNode described = byId.getOrDefault(id, DescribedNode.getDefaultInstance());
    String standing = described.getStanding();
    if (standing.isEmpty()) {
      standing = satelliteAnswers ? "unknown" : "satellite-silent";
    }
    return new Node(
        settings.name(),
        id,
        pid(ready),
        "127.0.0.1:" + settings.port(),
        directory.nodeDirectory(settings.name()).toString(),
        standing,
        described.getStandingReason(),
        described.getUsedBytes(),
        described.getTrashBytes(),
        described.getAvailableBytes(),
        described.getFailures());
  }

  /** A dead node has no ready file, but the satellite still knows who had its address. */
  private static String idByAddress(NodeSettings settings, Map<String, DescribedNode> byId) {
    return byId.entrySet().stream()
        .filter(e -> e.getValue().getAddress().endsWith(":" + settings.port()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }
}
