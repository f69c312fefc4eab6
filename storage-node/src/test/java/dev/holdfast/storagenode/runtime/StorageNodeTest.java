package dev.holdfast.storagenode.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.PeerAddress;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageNodeTest {
  private static final PeerAddress SATELLITE = PeerAddress.parse("ab".repeat(32) + "@127.0.0.1:9");

  @TempDir private Path folder;

  private StorageNodeConfig config(PeerAddress satellite) {
    return StorageNodeConfig.local(folder, satellite, null, 100 << 20, Duration.ofMinutes(1));
  }

  private static void assertRefused(ErrorCode code, String message, Runnable step) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void keepsItsIdentityAndRefusesASecondProcessAnotherSatelliteAndAnotherVersion()
      throws Exception {
    PeerAddress address;
    try (StorageNode node = StorageNode.start(config(SATELLITE))) {
      address = node.address();
      assertThat(node.space().availableBytes()).isPositive();
      assertRefused(
          ErrorCode.BAD_REQUEST, "in use by another", () -> StorageNode.start(config(SATELLITE)));
    }
    try (StorageNode node = StorageNode.start(config(SATELLITE))) {
      assertThat(node.id().value()).isEqualTo(address.id());
    }
    PeerAddress other = PeerAddress.parse("cd".repeat(32) + "@127.0.0.1:9");
    assertRefused(
        ErrorCode.BAD_REQUEST, "belongs to satellite", () -> StorageNode.start(config(other)));
    Files.writeString(folder.resolve("node.properties"), "version=2\nsatellite=x\n");
    assertRefused(
        ErrorCode.VERSION_UNSUPPORTED, "version 2", () -> StorageNode.start(config(SATELLITE)));
  }

  @Test
  void saysThatAPortIsTaken() {
    try (StorageNode node = StorageNode.start(config(SATELLITE))) {
      StorageNodeConfig taken =
          new StorageNodeConfig(
              folder.resolve("second"),
              "127.0.0.1",
              node.address().port(),
              null,
              SATELLITE,
              null,
              config(SATELLITE).store(),
              config(SATELLITE).service(),
              null);
      assertRefused(ErrorCode.STORAGE_FAILED, "is the port taken", () -> StorageNode.start(taken));
    }
  }

  private static SmallRyeConfig read(Map<String, String> keys) {
    return new SmallRyeConfigBuilder()
        .withMapping(NodeConfiguration.class)
        .withConverter(
            io.quarkus.runtime.configuration.MemorySize.class,
            100,
            new io.quarkus.runtime.configuration.MemorySizeConverter())
        .withSources(new PropertiesConfigSource(keys, "test", 100))
        .build();
  }

  private static Map<String, String> required() {
    Map<String, String> keys = new HashMap<>();
    keys.put("holdfast.node.directory", "/data/node");
    keys.put("holdfast.node.listen", "127.0.0.1:7001");
    keys.put("holdfast.node.satellite", SATELLITE.toString());
    keys.put("holdfast.node.capacity", "1000000000");
    return keys;
  }

  @Test
  void configurationHasDefaultsAndTakesEveryKey() {
    StorageNodeConfig plain = read(required()).getConfigMapping(NodeConfiguration.class).toConfig();
    assertThat(plain.advertise()).isNull();
    assertThat(plain.store().trashHold()).isEqualTo(Duration.ofDays(7));
    assertThat(plain.store().trashDailyCapBytes()).isZero();
    Map<String, String> all = required();
    all.put("holdfast.node.advertise", "example.org:7002");
    all.put("holdfast.node.invitation-file", "/data/invitation");
    all.put("holdfast.node.trash-hold", "PT60S");
    all.put("holdfast.node.trash-daily-cap-bytes", "5000");
    all.put("holdfast.node.ready-file", "/data/ready.json");
    StorageNodeConfig full = read(all).getConfigMapping(NodeConfiguration.class).toConfig();
    assertThat(full.listenHost()).isEqualTo("127.0.0.1");
    assertThat(full.listenPort()).isEqualTo(7_001);
    assertThat(full.advertise()).isEqualTo("example.org:7002");
    assertThat(full.invitationFile()).isEqualTo(Path.of("/data/invitation"));
    assertThat(full.store().trashHold()).isEqualTo(Duration.ofMinutes(1));
    assertThat(full.store().trashDailyCapBytes()).isEqualTo(5_000);
    assertThat(full.readyFile()).isEqualTo(Path.of("/data/ready.json"));
  }

  @Test
  void configurationRefusesUnknownKeysAndWrongValues() {
    Map<String, String> unknown = required();
    unknown.put("holdfast.node.trash-hodl", "PT60S");
    assertThatThrownBy(() -> read(unknown)).hasMessageContaining("holdfast.node.trash-hodl");
    Map<String, String> small = required();
    small.put("holdfast.node.capacity", "1000");
    assertThatThrownBy(() -> read(small).getConfigMapping(NodeConfiguration.class).toConfig())
        .hasMessageContaining("holdfast.node.capacity");
    Map<String, String> listen = required();
    listen.put("holdfast.node.listen", "7001");
    assertThatThrownBy(() -> read(listen).getConfigMapping(NodeConfiguration.class).toConfig())
        .hasMessageContaining("holdfast.node.listen");
  }
}
