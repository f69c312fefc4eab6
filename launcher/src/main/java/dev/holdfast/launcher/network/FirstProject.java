package dev.holdfast.launcher.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.launcher.CommandFailure;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import dev.holdfast.uplink.keyslots.KeySlots;
import dev.holdfast.uplink.keyslots.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;

/**
 * The project, keys and credentials that {@code up} makes once. The access grant is written last:
 * while it is missing the whole step is done again, with new secrets, so that a crash in between
 * leaves nothing half made.
 */
final class FirstProject {
  private static final String PROJECT_NAME = "holdfast";

  /** No 0, 1, l, o: a person copies this from paper. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int PASSPHRASE_GROUPS = 6;
  private static final int GROUP_LENGTH = 5;

  private final NetworkDirectory directory;
  private final SecureRandom random;

  FirstProject(NetworkDirectory directory, SecureRandom random) {
    this.directory = directory;
    this.random = random;
  }

  /** S3 credentials and the grant behind them, as the gateway's credentials file holds them. */
  record Credentials(
      @JsonProperty("accessKeyId") String accessKeyId,
      @JsonProperty("secretAccessKey") String secretAccessKey,
      @JsonProperty("accessGrant") String accessGrant) {
    @Override
    public String toString() {
      return "Credentials[" + accessKeyId + "]";
    }
  }

  boolean exists() {
    return Files.exists(directory.accessGrantFile());
  }

  /**
   * 30 letters and digits, 150 bits: as strong as the key it protects needs, in groups that can be
   * read aloud.
   */
  private String drawPassphrase() {
    StringBuilder text = new StringBuilder();
    for (int group = 0; group < PASSPHRASE_GROUPS; group++) {
      if (group > 0) {
        text.append('-');
      }
      for (int i = 0; i < GROUP_LENGTH; i++) {
        text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
    }
    return text.toString();
  }

  private String drawText(int length, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  void create(PeerAddress satellite, SatelliteAdmin admin) {
    String passphrase = drawPassphrase();
    MasterKey master = MasterKey.generate(random);
    KeySlots slots = KeySlots.seal(master, passphrase.toCharArray(), random);
    ApiKey apiKey = admin.createProject(PROJECT_NAME, master.recoveryPublicKey());
    String grant = AccessGrant.create(satellite, apiKey, master).serialize();
    String letters = "abcdefghijklmnopqrstuvwxyz";
    String alphanumeric = letters + letters.toUpperCase(Locale.ROOT) + "0123456789";
    Credentials credentials =
        new Credentials(
            "HF" + drawText(18, letters.toUpperCase(Locale.ROOT) + "234567"),
            drawText(40, alphanumeric),
            grant);
    try {
      NetworkDirectory.writeAtomically(directory.passphraseFile(), passphrase + "\n");
      NetworkDirectory.writeAtomically(directory.recoveryKitFile(), recoveryKit(satellite, slots));
      NetworkDirectory.writeAtomically(
          directory.credentialsFile(),
          NetworkDirectory.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(credentials));
      NetworkDirectory.writeAtomically(directory.accessGrantFile(), grant + "\n");
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "cannot write the secrets below %s: %s".formatted(directory.root(), e.getMessage()));
    }
  }

  private static String recoveryKit(PeerAddress satellite, KeySlots slots) {
    return """
    Holdfast recovery kit
    Keep this file and the passphrase, apart from each other and away from this machine.
    With both, the master key can be opened again; without the passphrase this file opens nothing.

    satellite: %s
    key-slots:
    %s
    """
        .formatted(
            satellite,
            Base64.getMimeEncoder(64, new byte[] {10}).encodeToString(slots.serialize()));
  }

  Credentials readCredentials() {
    try {
      return NetworkDirectory.JSON.readValue(
          directory.credentialsFile().toFile(), Credentials.class);
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "cannot read %s: %s; run 'holdfast up --data %s' first, as the same user"
              .formatted(directory.credentialsFile(), e.getMessage(), directory.root()));
    }
  }
}
