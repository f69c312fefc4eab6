package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * One object name with the keys that belong to it: wrap key and etag key. Thread-safe.
 *
 * <p>Layout of a wrapped object key: AES-SIV of 32 bytes; additional data: version 1, wrap type 1,
 * key epoch, 16-byte object id. Source: docs/specifications/keys-and-names.md.
 */
public final class ObjectPath {
  /** Wrap type of AES-SIV under the path's wrap key; 2 is reserved for a directory's public key. */
  public static final int WRAP_TYPE = 1;

  /** Bytes of an object id. */
  public static final int OBJECT_ID_BYTES = 16;

  /** Bytes of an etag token. */
  public static final int ETAG_TOKEN_BYTES = 16;

  private static final byte VERSION = 1;
  private static final int OBJECT_KEY_BYTES = 32;
  private static final String PATH_LABEL = "holdfast encrypted path";

  private final String bucket;
  private final int keyEpoch;
  private final SecretBytes directoryKey;
  private final byte[] name;
  private final byte[] encodedKey;

  ObjectPath(
      String bucket, int keyEpoch, SecretBytes directoryKey, byte[] name, byte[] encodedKey) {
    this.bucket = bucket;
    this.keyEpoch = keyEpoch;
    this.directoryKey = directoryKey;
    this.name = name;
    this.encodedKey = encodedKey;
  }

  public String bucket() {
    return bucket;
  }

  public int keyEpoch() {
    return keyEpoch;
  }

  /** Encrypted names from the bucket's root to the object's; a copy. */
  public byte[] encodedKey() {
    return encodedKey.clone();
  }

  /** What metadata records are bound to: the hash of bucket and encrypted path, 32 bytes. */
  public byte[] pathHash() {
    return LabeledHash.of(PATH_LABEL, VERSION, bucket.getBytes(StandardCharsets.UTF_8), encodedKey)
        .toByteArray();
  }

  /** Wraps an object key for one object of this name. */
  public byte[] wrap(SecretBytes objectKey, byte[] objectId) {
    return wrapCipher().encrypt(objectKey.expose(), additional(keyEpoch, objectId));
  }

  /**
   * Unwraps an object key.
   *
   * @throws HoldfastException with {@code version-unsupported} for another wrap type or epoch,
   *     {@code content-altered} unless it was wrapped for this name and object
   */
  public SecretBytes unwrap(byte[] wrapped, int wrapType, int wrapEpoch, byte[] objectId) {
    if (wrapType != WRAP_TYPE || wrapEpoch != keyEpoch) {
      throw new HoldfastException(
          ErrorCode.VERSION_UNSUPPORTED,
          "The object's key is wrapped with type "
              + wrapType
              + " under key epoch "
              + wrapEpoch
              + "; this access grant knows type 1 under epoch "
              + keyEpoch
              + ".");
    }
    if (wrapped.length == OBJECT_KEY_BYTES + Siv.IV_BYTES && objectId.length == OBJECT_ID_BYTES) {
      try {
        return SecretBytes.copyOf(wrapCipher().decrypt(wrapped, additional(wrapEpoch, objectId)));
      } catch (GeneralSecurityException e) {
        // Told below.
      }
    }
    throw new HoldfastException(
        ErrorCode.CONTENT_ALTERED,
        "The object's key is not what was written for this name: it was altered on the satellite, or the access grant"
            + " belongs to other data.");
  }

  /**
   * What stands in the satellite's row in place of the ETag: equal for equal ETags of this name,
   * else noise.
   */
  public byte[] etagToken(String etag) {
    SecretBytes key = KeyLabel.ETAG_TOKEN.derive(directoryKey, name);
    byte[] mac = hmac(key, etag);
    key.destroy();
    return Arrays.copyOf(mac, ETAG_TOKEN_BYTES);
  }

  private static byte[] hmac(SecretBytes key, String etag) {
    byte[] message = etag.getBytes(StandardCharsets.UTF_8);
    return MacKey.hmac(key.expose(), message, 0, message.length);
  }

  private Siv wrapCipher() {
    return Siv.derived(directoryKey, KeyLabel.OBJECT_KEY_WRAP, name);
  }

  private static byte[] additional(int epoch, byte[] objectId) {
    return ByteBuffer.allocate(3 + OBJECT_ID_BYTES)
        .put(VERSION)
        .put((byte) WRAP_TYPE)
        .put((byte) epoch)
        .put(objectId)
        .array();
  }
}
