package dev.holdfast.systemtests.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code holdfast status --json} says, read strictly: a missing field fails. */
public record NetworkStatus(
    String state,
    int required,
    int repair,
    int optimal,
    int total,
    String endpoint,
    String region,
    long gatewayPid,
    String satelliteId,
    String satelliteAddress,
    long satellitePid,
    String databaseKind,
    long databasePid,
    List<Node> nodes,
    long satelliteOnlyBytes,
    List<String> obstacles) {
  /** One node of the report. */
  public record Node(
      String name,
      String id,
      long pid,
      String address,
      Path directory,
      String standing,
      long usedBytes,
      long availableBytes,
      long failures) {}

  static NetworkStatus parse(String json) {
    try {
      JsonNode root = new ObjectMapper().readTree(json);
      List<Node> nodes = new ArrayList<>();
      for (JsonNode node : root.required("nodes")) {
        nodes.add(
            new Node(
                node.required("name").asText(),
                node.required("id").asText(),
                node.required("pid").asLong(),
                node.required("address").asText(),
                Path.of(node.required("directory").asText()),
                node.required("standing").asText(),
                node.required("usedBytes").asLong(),
                node.required("availableBytes").asLong(),
                node.required("failures").asLong()));
      }
      List<String> obstacles = new ArrayList<>();
      root.required("obstacles").forEach(o -> obstacles.add(o.asText()));
      return new NetworkStatus(
          root.required("state").asText(),
          root.required("scheme").required("required").asInt(),
          root.required("scheme").required("repair").asInt(),
          root.required("scheme").required("optimal").asInt(),
          root.required("scheme").required("total").asInt(),
          root.required("s3").required("endpoint").asText(),
          root.required("s3").required("region").asText(),
          root.required("s3").required("pid").asLong(),
          root.required("satellite").required("id").asText(),
          root.required("satellite").required("address").asText(),
          root.required("satellite").required("pid").asLong(),
          root.required("satellite").required("database").required("kind").asText(),
          root.required("satellite").required("database").required("pid").asLong(),
          List.copyOf(nodes),
          root.required("satelliteOnlyBytes").asLong(),
          List.copyOf(obstacles));
    } catch (IOException e) {
      throw new UncheckedIOException("not the JSON of docs/cli.md: " + json, e);
    }
  }

  /** Sum of the proven faults of all nodes. */
  public long failures() {
    return nodes.stream().mapToLong(Node::failures).sum();
  }
}
