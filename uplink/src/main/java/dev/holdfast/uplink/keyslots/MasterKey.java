package dev.holdfast.uplink.keyslots;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.encryption.KeyLabel;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * The root of all keys of a project, 32 random bytes. It leaves the process only inside key slots;
 * access grants are made of its data branch. Thread-safe; has no text form.
 */
public final class MasterKey {
  /** Bytes of a master key. */
  public static final int BYTES = 32;

  /** The epoch that new keys belong to. */
  public static final int KEY_EPOCH = 1;

  private final SecretBytes value;

  private MasterKey(SecretBytes value) {
    if (value.lengthBytes() != BYTES) {
      throw new IllegalArgumentException(
          "A master key has " + BYTES + " bytes, not " + value.lengthBytes() + ".");
    }
    this.value = value;
  }

  /** Draws a master key. */
  public static MasterKey generate(SecureRandom random) {
    return new MasterKey(SecretBytes.random(BYTES, random));
  }

  static MasterKey of(SecretBytes value) {
    return new MasterKey(value);
  }

  /** What every name, object key and etag token of an epoch hangs on. */
  public SecretBytes dataBranch(int keyEpoch) {
    return branch(KeyLabel.DATA_BRANCH, keyEpoch);
  }

  /** What snapshots and kits will be sealed with. */
  public SecretBytes manifestBranch(int keyEpoch) {
    return branch(KeyLabel.MANIFEST_BRANCH, keyEpoch);
  }

  /**
   * Ed25519 public key that owns the project's pieces, 32 bytes; given to the satellite and put in
   * grants.
   */
  public byte[] recoveryPublicKey() {
    SecretBytes seed = branch(KeyLabel.RECOVERY_BRANCH, KEY_EPOCH);
    byte[] publicKey =
        new Ed25519PrivateKeyParameters(seed.expose(), 0).generatePublicKey().getEncoded();
    seed.destroy();
    return publicKey;
  }

  SecretBytes value() {
    return value;
  }

  private SecretBytes branch(KeyLabel label, int keyEpoch) {
    return label.derive(value, new byte[] {(byte) keyEpoch});
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MasterKey that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "MasterKey";
  }
}
