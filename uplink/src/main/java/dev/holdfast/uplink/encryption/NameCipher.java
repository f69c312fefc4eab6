package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Encrypts the names in one directory: the same name gives the same bytes, so that it can be found.
 * Thread-safe.
 *
 * <p>Layout: u16 length of the rest, AES-SIV of the name padded with 0x80 and zeros to a multiple
 * of 16. Additional data: version 1, key epoch, kind: 0 the name of an object, 1 of a directory, so
 * that the object {@code a} does not lie under what a grant for the directory {@code a/} allows.
 * Source: docs/specifications/keys-and-names.md.
 */
public final class NameCipher {
  private static final byte VERSION = 1;
  private static final int PADDING_BYTES = 16;
  private static final int LENGTH_BYTES = 2;

  /** What a name names; ids are frozen. */
  enum Kind {
    OBJECT,
    DIRECTORY;

    byte id() {
      return (byte) (this == OBJECT ? 0 : 1);
    }
  }

  private final Siv siv;
  private final int keyEpoch;

  NameCipher(SecretBytes directoryKey, int keyEpoch) {
    this.siv = Siv.derived(directoryKey, KeyLabel.NAME);
    this.keyEpoch = keyEpoch;
  }

  /** Encrypts a name, length in front. */
  byte[] encrypt(Kind kind, byte[] name) {
    byte[] padded =
        Arrays.copyOf(name, (name.length + PADDING_BYTES) / PADDING_BYTES * PADDING_BYTES);
    padded[name.length] = (byte) 0x80;
    byte[] sealed = siv.encrypt(padded, additional(kind));
    byte[] out = new byte[LENGTH_BYTES + sealed.length];
    out[0] = (byte) (sealed.length >>> 8);
    out[1] = (byte) sealed.length;
    System.arraycopy(sealed, 0, out, LENGTH_BYTES, sealed.length);
    return out;
  }

  /**
   * Decrypts one name, length in front.
   *
   * @throws HoldfastException with {@code content-altered} unless {@link #encrypt} under this key
   *     gave it
   */
  byte[] decrypt(Kind kind, byte[] encoded) {
    if (encodedLength(encoded, 0) != encoded.length) {
      throw altered();
    }
    byte[] padded;
    try {
      padded =
          siv.decrypt(Arrays.copyOfRange(encoded, LENGTH_BYTES, encoded.length), additional(kind));
    } catch (GeneralSecurityException e) {
      throw altered();
    }
    int end = padded.length - 1;
    while (end >= 0 && padded[end] == 0) {
      end--;
    }
    if (end < 0 || padded[end] != (byte) 0x80 || padded.length - end > PADDING_BYTES) {
      throw altered();
    }
    return Arrays.copyOf(padded, end);
  }

  /**
   * Bytes that the encoded name at an offset takes, with its length.
   *
   * @throws HoldfastException with {@code content-altered} when no whole name stands there
   */
  static int encodedLength(byte[] encoded, int offset) {
    if (offset + LENGTH_BYTES <= encoded.length) {
      int length = LENGTH_BYTES + ((encoded[offset] & 0xFF) << 8 | (encoded[offset + 1] & 0xFF));
      if (length >= LENGTH_BYTES + Siv.IV_BYTES + PADDING_BYTES
          && offset + length <= encoded.length) {
        return length;
      }
    }
    throw altered();
  }

  private byte[] additional(Kind kind) {
    return new byte[] {VERSION, (byte) keyEpoch, kind.id()};
  }

  private static HoldfastException altered() {
    return new HoldfastException(
        ErrorCode.CONTENT_ALTERED,
        "An encrypted name is not what was written: it was altered on the satellite, or belongs to another key.");
  }
}
