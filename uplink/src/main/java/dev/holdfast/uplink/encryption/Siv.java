package dev.holdfast.uplink.encryption;

import com.google.crypto.tink.subtle.AesSiv;
import dev.holdfast.protocol.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * AES-256-SIV (RFC 5297) with one string of additional data; adds 16 bytes in front. Thread-safe.
 */
final class Siv {
  static final int IV_BYTES = 16;

  private final AesSiv siv;

  private Siv(byte[] key) {
    try {
      this.siv = new AesSiv(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-SIV cannot be set up.", e);
    }
  }

  /** The cipher under the key that the label gives. */
  static Siv derived(SecretBytes from, KeyLabel label, byte[]... inputs) {
    SecretBytes derived = label.derive(from, inputs);
    byte[] key = derived.expose();
    try {
      return new Siv(key);
    } finally {
      derived.destroy();
      Arrays.fill(key, (byte) 0);
    }
  }

  byte[] encrypt(byte[] plain, byte[] additional) {
    try {
      return siv.encryptDeterministically(plain, additional);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-SIV failed to encrypt.", e);
    }
  }

  byte[] decrypt(byte[] sealed, byte[] additional) throws GeneralSecurityException {
    return siv.decryptDeterministically(sealed, additional);
  }
}
