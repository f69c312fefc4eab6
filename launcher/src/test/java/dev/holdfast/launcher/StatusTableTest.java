package dev.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.launcher.network.NetworkReport;
import dev.holdfast.launcher.network.Scheme;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTableTest {
  private static final NetworkReport REPORT =
      new NetworkReport(
          "degraded",
          new Scheme(4, 6, 8, 10),
          new NetworkReport.S3("http://127.0.0.1:7733", "us-east-1", 41),
          new NetworkReport.Satellite(
              "ab", "127.0.0.1:7734", 42, new NetworkReport.Database("embedded", 43)),
          List.of(
              new NetworkReport.Node(
                  "node-01",
                  "cd",
                  0,
                  "127.0.0.1:7736",
                  "/d/nodes/node-01",
                  "offline",
                  "silent for 30 s",
                  1_234_567,
                  0,
                  9_000_000_000L,
                  2)),
          16_384,
          3,
          List.of("uploads paused: 7 of 8 nodes needed"));

  @Test
  void tellsWhatStandsInTheWay() {
    assertThat(StatusTable.of(REPORT))
        .contains("! uploads paused: 7 of 8 nodes needed")
        .contains("node-01    offline      1.23 MB")
        .contains("silent for 30 s")
        .contains("on the satellite's database alone: 16.4 kB")
        .contains("pieces waiting to be deleted: 3");
  }

  @Test
  void jsonHasTheDocumentedNames() throws Exception {
    JsonNode json = new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(REPORT));
    assertThat(json.at("/state").asText()).isEqualTo("degraded");
    assertThat(json.at("/scheme/optimal").asInt()).isEqualTo(8);
    assertThat(json.at("/s3/endpoint").asText()).isEqualTo("http://127.0.0.1:7733");
    assertThat(json.at("/satellite/database/kind").asText()).isEqualTo("embedded");
    assertThat(json.at("/nodes/0/failures").asInt()).isEqualTo(2);
    assertThat(json.at("/nodes/0/directory").asText()).isEqualTo("/d/nodes/node-01");
    assertThat(json.at("/satelliteOnlyBytes").asLong()).isEqualTo(16_384);
  }
}
