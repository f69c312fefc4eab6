package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a random nonce in front: nonce (12), ciphertext, tag (16). For keys that seal
 * few messages.
 */
public final class SecretBox {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private SecretBox() {}

  public static byte[] seal(SecretBytes key, byte[] plain, byte[] additional, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + plain.length + TAG_BYTES);
    try {
      cipher(Cipher.ENCRYPT_MODE, key, nonce, additional)
          .doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed to encrypt.", e);
    }
  }

  /**
   * Opens what {@link #seal} gave.
   *
   * @throws AEADBadTagException for other bytes, another key or other additional data
   */
  public static byte[] open(SecretBytes key, byte[] sealed, byte[] additional)
      throws AEADBadTagException {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) {
      throw new AEADBadTagException("Sealed bytes are too short: " + sealed.length + ".");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(sealed, NONCE_BYTES), additional)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM failed to decrypt.", e);
    }
  }

  private static Cipher cipher(int mode, SecretBytes key, byte[] nonce, byte[] additional)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key.expose(), "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.updateAAD(additional);
    return cipher;
  }
}
