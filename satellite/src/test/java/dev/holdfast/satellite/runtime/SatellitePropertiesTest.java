package dev.holdfast.satellite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.satellite.database.DatabaseLocation;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SatellitePropertiesTest {
  private static Map<String, String> values(String... pairs) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put("holdfast.satellite." + pairs[i], pairs[i + 1]);
    }
    return values;
  }

  @Test
  void onlyTheDirectoryIsNeeded() {
    assertThat(SatelliteProperties.read(values("directory", "/data/satellite")))
        .isEqualTo(SatelliteConfig.of(Path.of("/data/satellite")));
  }

  @Test
  void everyKeyCounts() {
    SatelliteConfig config =
        SatelliteProperties.read(
            values(
                "directory", "/data",
                "listen", "[::1]:7777",
                "public-address", "satellite.example.org:7777",
                "ready-file", "/run/ready.json",
                "scheme", "4/6/8/10",
                "database.port", "5433",
                "commit-window", "PT30M",
                "max-inline-bytes", "4096",
                "check-in-interval", "PT5S",
                "offline-after", "PT20S"));
    assertThat(config)
        .isEqualTo(
            new SatelliteConfig(
                Path.of("/data"),
                "::1",
                7777,
                Optional.of("satellite.example.org:7777"),
                Optional.of(Path.of("/run/ready.json")),
                Optional.of(new RedundancyScheme(1, 4, 6, 8, 10)),
                new DatabaseLocation.Embedded(Path.of("/data/postgres"), 5433),
                Duration.ofMinutes(30),
                4096,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20)));
  }

  @Test
  void aDatabaseIsNamedByUrlAndItsPasswordStandsInAFile(@TempDir Path folder) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "geheim\n");
    SatelliteConfig config =
        SatelliteProperties.read(
            values(
                "directory", "/data",
                "database.url", "jdbc:postgresql://db/holdfast",
                "database.username", "me",
                "database.password-file", password.toString()));
    assertThat(config.database())
        .isInstanceOfSatisfying(
            DatabaseLocation.External.class,
            external -> {
              assertThat(external.username()).isEqualTo("me");
              assertThat(external.password().expose())
                  .isEqualTo("geheim".getBytes(StandardCharsets.UTF_8));
            });
    assertThat(config.toString()).doesNotContain("geheim");
  }

  @ParameterizedTest
  @CsvSource({
    "listen, 7777",
    "listen, host:x",
    "listen, host:70000",
    "scheme, 5/4/3/2",
    "commit-window, 1h",
    "commit-window, PT0S",
    "max-inline-bytes, -1",
    "max-inline-bytes, 65537",
    "check-in-interval, PT2M",
    "database.port, many",
    "comit-window, PT1H"
  })
  void wrongValuesAndUnknownKeysAreNamed(String key, String value) {
    assertThatThrownBy(() -> SatelliteProperties.read(values("directory", "/data", key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key.equals("database.port") ? "database" : key);
    assertThatThrownBy(() -> SatelliteProperties.read(Map.of()))
        .hasMessageContaining("holdfast.satellite.directory");
  }
}
