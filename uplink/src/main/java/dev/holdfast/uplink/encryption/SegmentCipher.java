package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and decrypts the blocks of one segment with AES-256-GCM (cipher 1). Confined to one
 * thread.
 *
 * <p>Layout of a block: ciphertext, 16-byte tag. Nonce: 4 zero bytes, block index as u64.
 * Additional data: version 1, last-block flag. A segment key belongs to one plaintext, so a block
 * index never meets two plaintexts; as a second line an instance refuses to encrypt an index that
 * is not above the last one it encrypted. Source: docs/specifications/object-encryption.md.
 */
public final class SegmentCipher {
  /** Bytes that encryption adds to a block. */
  public static final int TAG_BYTES = 16;

  /** Id of AES-256-GCM in formats. */
  public static final int CIPHER_ID = 1;

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;

  private final SecretKeySpec key;
  private final Cipher cipher;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private long lastEncrypted = -1;

  public SegmentCipher(SecretBytes segmentKey) {
    byte[] raw = segmentKey.expose();
    if (raw.length != SegmentKeyWrap.SEGMENT_KEY_BYTES) {
      throw new IllegalArgumentException(
          "A segment key has 32 bytes, this one " + raw.length + ".");
    }
    this.key = new SecretKeySpec(raw, "AES");
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK has no AES-GCM.", e);
    }
  }

  /**
   * Encrypts one block into {@code out}; {@code plain} and {@code out} may not overlap.
   *
   * @param blockIndex from 0 in the segment, above every index this instance encrypted before
   * @param last whether this is the segment's last block with bytes
   * @return bytes written: {@code length} + 16
   */
  public int encryptBlock(
      long blockIndex,
      boolean last,
      byte[] plain,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    if (blockIndex <= lastEncrypted) {
      throw new IllegalStateException(
          "Block " + blockIndex + " comes after block " + lastEncrypted + "; indexes must rise.");
    }
    lastEncrypted = blockIndex;
    try {
      start(Cipher.ENCRYPT_MODE, blockIndex, last);
      return cipher.doFinal(plain, offset, length, out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Encrypting block " + blockIndex + " failed.", e);
    }
  }

  /**
   * Decrypts one block into {@code out}; {@code in} and {@code out} may not overlap.
   *
   * @param length bytes of ciphertext and tag, without padding
   * @return plain bytes written: {@code length} - 16
   * @throws AEADBadTagException when the block is not what was encrypted at this place; {@code out}
   *     then holds nothing of use
   */
  public int decryptBlock(
      long blockIndex, boolean last, byte[] in, int offset, int length, byte[] out, int outOffset)
      throws AEADBadTagException {
    if (length < TAG_BYTES) {
      throw new AEADBadTagException("A block has at least 16 bytes, this one " + length + ".");
    }
    try {
      start(Cipher.DECRYPT_MODE, blockIndex, last);
      return cipher.doFinal(in, offset, length, out, outOffset);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Decrypting block " + blockIndex + " failed.", e);
    }
  }

  private void start(int mode, long blockIndex, boolean last) throws GeneralSecurityException {
    ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, blockIndex);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.updateAAD(new byte[] {VERSION, (byte) (last ? 1 : 0)});
  }
}
