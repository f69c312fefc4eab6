package dev.holdfast.s3gateway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configuration and what becomes of a bad one. */
class GatewayConfigTest {
  @TempDir Path directory;

  private static GatewayConfig config() {
    return GatewayConfig.of("127.0.0.1", 0, Path.of("credentials.json"));
  }

  @Test
  void defaults() {
    assertThat(config().region()).isEqualTo("us-east-1");
    assertThat(config().domain()).isEmpty();
    assertThat(config().acceptPresignedV2()).isTrue();
    assertThat(config().readyFile()).isEmpty();
  }

  @Test
  void addresses() {
    assertThat(config().withListen("0.0.0.0:9000").host()).isEqualTo("0.0.0.0");
    assertThat(config().withListen("0.0.0.0:9000").port()).isEqualTo(9000);
    assertThat(config().withListen("[::1]:9000").host()).isEqualTo("::1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", ":9000", "host:", "host:x", "host:70000", "host:-1"})
  void badAddressesAreNamed(String listen) {
    assertThatThrownBy(() -> config().withListen(listen))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holdfast.gateway.listen");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json: SECRET",
        "[]",
        "{\"accessKeyId\":\"a\",\"secretAccessKey\":\"SECRET\"}",
        "{\"accessKeyId\":7,\"secretAccessKey\":\"SECRET\",\"accessGrant\":\"g\"}"
      })
  void badCredentialsAreRefusedWithoutTellingThem(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("credentials.json"), content);

    assertThatThrownBy(() -> Gateway.start(GatewayConfig.of("127.0.0.1", 0, file)))
        .hasMessageContaining(file.toString())
        .hasStackTraceContaining("credentials file")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("SECRET"));
  }

  @Test
  void readyFileAppearsWholeAndGoes() throws IOException {
    Path file = directory.resolve("ready.json");

    ReadyFile.write(file, "http://127.0.0.1:1");
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"pid\":" + ProcessHandle.current().pid() + ",\"endpoint\":\"http://127.0.0.1:1\"}");
    ReadyFile.delete(file);
    assertThat(file).doesNotExist();
    ReadyFile.delete(file);
    assertThat(Optional.of(directory.toFile().list()))
        .hasValueSatisfying(n -> assertThat(n).isEmpty());
  }
}
