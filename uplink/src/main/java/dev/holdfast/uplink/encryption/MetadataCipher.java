package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * Seals the metadata records of one object with AES-256-GCM under keys from its object key, one per
 * record type. Thread-safe.
 *
 * <p>Layout: version 1, record type, random nonce (12), ciphertext, tag (16). Additional data:
 * version, record type, then the record's place. Source: docs/specifications/metadata-records.md.
 */
public final class MetadataCipher {
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 2;

  private final SecretBytes objectKey;

  public MetadataCipher(SecretBytes objectKey) {
    this.objectKey = objectKey;
  }

  public byte[] seal(RecordType type, RecordPlace place, byte[] record, SecureRandom random) {
    byte[] box = SecretBox.seal(key(type), record, additional(type, place), random);
    return ByteBuffer.allocate(HEADER_BYTES + box.length)
        .put(VERSION)
        .put((byte) type.id())
        .put(box)
        .array();
  }

  /**
   * Opens a record.
   *
   * @throws HoldfastException with {@code version-unsupported} for a newer layout, {@code
   *     content-altered} unless it was sealed for this very place
   */
  public byte[] open(RecordType type, RecordPlace place, byte[] sealed) {
    if (sealed.length > 0 && sealed[0] != VERSION) {
      throw new HoldfastException(
          ErrorCode.VERSION_UNSUPPORTED,
          "A metadata record has version "
              + sealed[0]
              + "; this release reads version 1: update it.");
    }
    if (sealed.length > HEADER_BYTES && sealed[1] == type.id()) {
      try {
        byte[] box = Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length);
        return SecretBox.open(key(type), box, additional(type, place));
      } catch (AEADBadTagException e) {
        // Told below.
      }
    }
    throw new HoldfastException(
        ErrorCode.CONTENT_ALTERED,
        "A metadata record is not what was written for this object: it was altered, moved or rolled back on the"
            + " satellite.");
  }

  private SecretBytes key(RecordType type) {
    return KeyLabel.METADATA.derive(objectKey, new byte[] {(byte) type.id()});
  }

  private static byte[] additional(RecordType type, RecordPlace place) {
    byte[] rest = place.additional();
    return ByteBuffer.allocate(HEADER_BYTES + rest.length)
        .put(VERSION)
        .put((byte) type.id())
        .put(rest)
        .array();
  }
}
