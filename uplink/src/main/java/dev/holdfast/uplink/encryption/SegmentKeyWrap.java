package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/**
 * Draws segment keys and wraps them under an object key with AES-SIV. Thread-safe.
 *
 * <p>The wrap binds the segment's place and its block layout, so a satellite can neither swap
 * segments nor lie about their sizes. It does not bind the object id: a copy keeps the object key
 * and with it every wrap. Source: docs/specifications/object-encryption.md.
 */
public final class SegmentKeyWrap {
  /** Bytes of a segment key. */
  public static final int SEGMENT_KEY_BYTES = 32;

  /** Bytes of a wrapped segment key: synthetic IV, key. */
  public static final int WRAPPED_BYTES = 48;

  private static final byte VERSION = 1;

  private final Siv siv;

  public SegmentKeyWrap(SecretBytes objectKey) {
    this.siv = Siv.derived(objectKey, KeyLabel.SEGMENT_KEY_WRAP);
  }

  /** Draws a key for one attempt of a segment. A key must never meet a second plaintext. */
  public SecretBytes draw(SecureRandom random) {
    return SecretBytes.random(SEGMENT_KEY_BYTES, random);
  }

  /** Wraps a segment key into {@link #WRAPPED_BYTES} bytes. */
  public byte[] wrap(
      SecretBytes segmentKey, int keyEpoch, int part, int index, BlockLayout layout) {
    return siv.encrypt(segmentKey.expose(), place(keyEpoch, part, index, layout));
  }

  /**
   * Unwraps a segment key.
   *
   * @throws HoldfastException with {@code content-altered} unless it was wrapped under this object
   *     key for this very place and layout
   */
  public SecretBytes unwrap(byte[] wrapped, int keyEpoch, int part, int index, BlockLayout layout) {
    if (wrapped.length == WRAPPED_BYTES) {
      try {
        return SecretBytes.copyOf(siv.decrypt(wrapped, place(keyEpoch, part, index, layout)));
      } catch (GeneralSecurityException e) {
        // Told below: a wrong tag and a wrong length are the same fault to a reader.
      }
    }
    throw new HoldfastException(
        ErrorCode.CONTENT_ALTERED,
        "Segment "
            + index
            + " of part "
            + part
            + " is not what was written: its key, place or sizes were altered on the satellite.");
  }

  private static byte[] place(int keyEpoch, int part, int index, BlockLayout layout) {
    return ByteBuffer.allocate(27)
        .put(VERSION)
        .put((byte) SegmentCipher.CIPHER_ID)
        .put((byte) keyEpoch)
        .putInt(part)
        .putInt(index)
        .putLong(layout.plainBytes())
        .putInt(layout.blockBytes())
        .putInt(layout.blocksPerStripe())
        .array();
  }
}
