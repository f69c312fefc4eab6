package dev.holdfast.launcher.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.launcher.network.NetworkSettings.NodeSettings;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkDirectoryTest {
  private static final NetworkSettings SETTINGS =
      new NetworkSettings(
          1,
          "2/3/4/5",
          7733,
          7734,
          7735,
          "us-east-1",
          1_000_000_000L,
          List.of(new NodeSettings("node-01", 7736)));

  @Test
  void keepsItsSettings(@TempDir Path folder) {
    NetworkDirectory directory = new NetworkDirectory(folder.resolve("network"));
    assertThat(directory.findSettings()).isEmpty();
    directory.create();
    directory.writeSettings(SETTINGS);
    assertThat(directory.requireSettings()).isEqualTo(SETTINGS);
  }

  @Test
  void refusesAnotherLayoutVersionByName(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("network.json"), "{\"formatVersion\": 7}");
    assertThatThrownBy(() -> new NetworkDirectory(folder).findSettings())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("layout version 7")
        .hasMessageContaining("--data");
  }

  @Test
  void secretsAreForTheOwnerAlone(@TempDir Path folder) throws IOException {
    NetworkDirectory directory = new NetworkDirectory(folder);
    directory.create();
    NetworkDirectory.writeAtomically(directory.passphraseFile(), "secret\n");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.passphraseFile())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.passphraseFile().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void oneCommandAtATime(@TempDir Path folder) throws IOException {
    NetworkDirectory directory = new NetworkDirectory(folder);
    directory.create();
    FileLock held = directory.lock();
    assertThatThrownBy(directory::lock).hasMessageContaining("another 'holdfast up' or 'down'");
    held.close();
    directory.lock().close();
  }

  @Test
  void missingNetworkNamesTheCommandThatMakesOne(@TempDir Path folder) {
    assertThatThrownBy(() -> new NetworkDirectory(folder).requireSettings())
        .hasMessageContaining("holdfast up --data " + folder);
  }
}
