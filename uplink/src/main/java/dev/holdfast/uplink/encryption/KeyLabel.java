package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.secret.Hkdf;
import dev.holdfast.protocol.secret.SecretBytes;

/**
 * One purpose of a derived key each; the labels are frozen. Source:
 * docs/specifications/keys-and-names.md.
 */
public enum KeyLabel {
  DATA_BRANCH("holdfast data branch", 32),
  RECOVERY_BRANCH("holdfast recovery branch", 32),
  MANIFEST_BRANCH("holdfast manifest branch", 32),
  SLOT_ENCRYPTION("holdfast key slot encryption", 32),
  SLOT_CHECK("holdfast key slot check", 16),
  BUCKET_DIRECTORY("holdfast bucket directory", 32),
  CHILD_DIRECTORY("holdfast child directory", 32),
  NAME("holdfast name", 64),
  OBJECT_KEY_WRAP("holdfast object key wrap", 64),
  ETAG_TOKEN("holdfast etag token", 32),
  SEGMENT_KEY_WRAP("holdfast segment key wrap", 64),
  METADATA("holdfast metadata", 32);

  private static final int VERSION = 1;

  private final String label;
  private final int lengthBytes;

  KeyLabel(String label, int lengthBytes) {
    this.label = label;
    this.lengthBytes = lengthBytes;
  }

  /** Derives this purpose's key. */
  public SecretBytes derive(SecretBytes from, byte[]... inputs) {
    return Hkdf.derive(from, label, VERSION, lengthBytes, inputs);
  }
}
