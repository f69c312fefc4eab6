package dev.holdfast.uplink.keyslots;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.encryption.KeyLabel;
import dev.holdfast.uplink.encryption.SecretBox;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * The master key under one passphrase.
 *
 * <p>Layout: u8 type 1 (Argon2id), u8 key epoch, salt (16), u32 memory in KiB, u8 iterations, u8
 * parallelism, check value (16), sealed master key (12 nonce, 32, 16 tag). Everything before the
 * check value is authenticated with the key.
 */
final class KeySlot {
  static final int BYTES = 100;

  private static final byte TYPE = 1;
  private static final int SALT_BYTES = 16;
  private static final int HEADER_BYTES = 24;
  private static final int CHECK_BYTES = 16;

  private final GuessingCost cost;
  private final byte[] encoded;

  private KeySlot(GuessingCost cost, byte[] encoded) {
    this.cost = cost;
    this.encoded = encoded;
  }

  static KeySlot seal(MasterKey master, byte[] passphrase, GuessingCost cost, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] header =
        ByteBuffer.allocate(HEADER_BYTES)
            .put(TYPE)
            .put((byte) MasterKey.KEY_EPOCH)
            .put(salt)
            .putInt(cost.memoryKib())
            .put((byte) cost.iterations())
            .put((byte) cost.parallelism())
            .array();
    SecretBytes stretched = stretched(cost, passphrase, salt);
    byte[] sealed =
        SecretBox.seal(
            KeyLabel.SLOT_ENCRYPTION.derive(stretched), master.value().expose(), header, random);
    byte[] check = KeyLabel.SLOT_CHECK.derive(stretched).expose();
    stretched.destroy();
    return new KeySlot(cost, ByteBuffer.allocate(BYTES).put(header).put(check).put(sealed).array());
  }

  /** Takes the next slot of a buffer. */
  static KeySlot read(ByteBuffer in) {
    byte[] encoded = new byte[BYTES];
    in.get(encoded);
    ByteBuffer fields = ByteBuffer.wrap(encoded);
    byte type = fields.get();
    byte epoch = fields.get();
    if (type != TYPE || epoch != MasterKey.KEY_EPOCH) {
      throw new HoldfastException(
          ErrorCode.VERSION_UNSUPPORTED,
          "A key slot has type "
              + type
              + " and key epoch "
              + epoch
              + "; this release opens type 1 of epoch 1.");
    }
    fields.position(fields.position() + SALT_BYTES);
    return new KeySlot(
        new GuessingCost(fields.getInt(), fields.get() & 0xFF, fields.get() & 0xFF), encoded);
  }

  /** The master key, empty when this is not the slot's passphrase. */
  Optional<MasterKey> open(byte[] passphrase) {
    SecretBytes stretched =
        stretched(cost, passphrase, Arrays.copyOfRange(encoded, 2, 2 + SALT_BYTES));
    try {
      byte[] check = Arrays.copyOfRange(encoded, HEADER_BYTES, HEADER_BYTES + CHECK_BYTES);
      if (!MessageDigest.isEqual(check, KeyLabel.SLOT_CHECK.derive(stretched).expose())) {
        return Optional.empty();
      }
      byte[] master =
          SecretBox.open(
              KeyLabel.SLOT_ENCRYPTION.derive(stretched),
              Arrays.copyOfRange(encoded, HEADER_BYTES + CHECK_BYTES, BYTES),
              Arrays.copyOf(encoded, HEADER_BYTES));
      SecretBytes value = SecretBytes.copyOf(master);
      Arrays.fill(master, (byte) 0);
      return Optional.of(MasterKey.of(value));
    } catch (AEADBadTagException e) {
      throw KeySlots.damaged("the passphrase is right, but the slot's master key was altered");
    } finally {
      stretched.destroy();
    }
  }

  byte[] encoded() {
    return encoded;
  }

  private static SecretBytes stretched(GuessingCost cost, byte[] passphrase, byte[] salt) {
    byte[] raw = cost.stretch(passphrase, salt);
    SecretBytes result = SecretBytes.copyOf(raw);
    Arrays.fill(raw, (byte) 0);
    return result;
  }
}
