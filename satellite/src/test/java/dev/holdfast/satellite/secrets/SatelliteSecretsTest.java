package dev.holdfast.satellite.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SatelliteSecretsTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void everyPurposeHasItsOwnSecretForItsOwnerOnly(@TempDir Path parent) throws Exception {
    Path folder = parent.resolve("secrets");
    SatelliteSecrets first = SatelliteSecrets.open(folder, random);
    Set<SecretBytes> distinct = new HashSet<>();
    for (SecretPurpose purpose : SecretPurpose.values()) {
      distinct.add(first.current(purpose));
      assertThat(SatelliteSecrets.open(folder, random).current(purpose))
          .isEqualTo(first.current(purpose));
    }
    assertThat(distinct).hasSize(SecretPurpose.values().length);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files)
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void rotationAddsAnEpochAndKeepsTheEarlier(@TempDir Path parent) {
    Path folder = parent.resolve("secrets");
    SecretBytes old = SatelliteSecrets.open(folder, random).current(SecretPurpose.TOKENS);
    assertThat(SatelliteSecrets.rotate(folder, SecretPurpose.TOKENS, random)).isEqualTo(2);
    SatelliteSecrets rotated = SatelliteSecrets.open(folder, random);
    assertThat(rotated.currentEpoch(SecretPurpose.TOKENS)).isEqualTo(2);
    assertThat(rotated.currentEpoch(SecretPurpose.API_KEYS)).isEqualTo(1);
    assertThat(rotated.find(SecretPurpose.TOKENS, 1)).contains(old);
    assertThat(rotated.current(SecretPurpose.TOKENS)).isNotEqualTo(old);
    assertThat(rotated.find(SecretPurpose.TOKENS, 3)).isEmpty();
  }

  @Test
  void aLostOrDamagedSecretIsNamedAndNeverReplaced(@TempDir Path parent) throws Exception {
    Path folder = parent.resolve("secrets");
    SatelliteSecrets.open(folder, random);
    Path file = folder.resolve("settlement.1");
    String secret = Files.readString(file);
    Files.writeString(file, "x" + secret.substring(1));
    assertThatThrownBy(() -> SatelliteSecrets.open(folder, random))
        .hasMessageContaining("settlement.1")
        .hasMessageNotContaining(secret.substring(1));
    Files.delete(file);
    assertThatThrownBy(() -> SatelliteSecrets.open(folder, random))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("settlement.1");
    assertThat(file).doesNotExist();
  }
}
