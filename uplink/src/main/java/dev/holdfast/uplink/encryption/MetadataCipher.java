package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the metadata records of one object with AES-256-GCM under keys from its object key, one per record type.
 * Thread-safe.
 *
 * <p>Layout: version 1, record type, random nonce (12), ciphertext, tag (16). Additional data: version, record type,
 * then the record's place. Source: docs/specifications/metadata-records.md.
 */
public final class MetadataCipher {
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 2;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final SecretBytes objectKey;

  public MetadataCipher(SecretBytes objectKey) {
    this.objectKey = objectKey;
  }

  public byte[] seal(RecordType type, RecordPlace place, byte[] record, SecureRandom random) {
    byte[] sealed = new byte[HEADER_BYTES + NONCE_BYTES + record.length + TAG_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    sealed[0] = VERSION;
    sealed[1] = (byte) type.id();
    System.arraycopy(nonce, 0, sealed, HEADER_BYTES, NONCE_BYTES);
    try {
      cipher(Cipher.ENCRYPT_MODE, type, place, nonce)
          .doFinal(record, 0, record.length, sealed, HEADER_BYTES + NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Encrypting a metadata record failed.", e);
    }
    return sealed;
  }

  /**
   * Opens a record.
   *
   * @throws HoldfastException with {@code version-unsupported} for a newer layout, {@code content-altered} unless it was
   *     sealed for this very place
   */
  public byte[] open(RecordType type, RecordPlace place, byte[] sealed) {
    if (sealed.length > 0 && sealed[0] != VERSION) {
      throw new HoldfastException(
          ErrorCode.VERSION_UNSUPPORTED,
          "A metadata record has version " + sealed[0] + "; this release reads version 1: update it.");
    }
    if (sealed.length >= HEADER_BYTES + NONCE_BYTES + TAG_BYTES && sealed[1] == type.id()) {
      byte[] nonce = Arrays.copyOfRange(sealed, HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
      int offset = HEADER_BYTES + NONCE_BYTES;
      try {
        return cipher(Cipher.DECRYPT_MODE, type, place, nonce)
            .doFinal(sealed, offset, sealed.length - offset);
      } catch (GeneralSecurityException e) {
        // Told below.
      }
    }
    throw new HoldfastException(
        ErrorCode.CONTENT_ALTERED,
        "A metadata record is not what was written for this object: it was altered, moved or rolled back on the"
            + " satellite.");
  }

  private Cipher cipher(int mode, RecordType type, RecordPlace place, byte[] nonce)
      throws GeneralSecurityException {
    SecretBytes derived = KeyLabel.METADATA.derive(objectKey, new byte[] {(byte) type.id()});
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(derived.expose(), "AES"),
        new GCMParameterSpec(TAG_BYTES * 8, nonce));
    derived.destroy();
    cipher.updateAAD(new byte[] {VERSION, (byte) type.id()});
    cipher.updateAAD(place.additional());
    return cipher;
  }
}
