package dev.holdfast.uplink.encryption;

import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.secret.LabeledInput;
import java.security.MessageDigest;

/**
 * Digest over an object's wrapped segment keys: names exactly the segments that were written, in
 * order. Confined to one thread.
 *
 * <p>Part: SHA-256(label, version, then every wrapped key in order). Object: SHA-256(label,
 * version, then every part's digest in order). Source: docs/specifications/metadata-records.md.
 */
public final class ContentDigest {
  /** Bytes of a digest. */
  public static final int BYTES = 32;

  private static final String PART_LABEL = "holdfast part content";
  private static final String OBJECT_LABEL = "holdfast object content";
  private static final int VERSION = 1;

  private final MessageDigest digest = LabeledHash.newSha256();

  private ContentDigest(String label) {
    digest.update(LabeledInput.encode(label, VERSION));
  }

  /** To be fed with a part's wrapped segment keys. */
  public static ContentDigest ofPart() {
    return new ContentDigest(PART_LABEL);
  }

  /** To be fed with the digests of an object's parts, but not of those of 0 bytes. */
  public static ContentDigest ofObject() {
    return new ContentDigest(OBJECT_LABEL);
  }

  public ContentDigest add(byte[] wrappedKeyOrPartDigest) {
    digest.update(wrappedKeyOrPartDigest);
    return this;
  }

  /** The digest; ends the use of this instance. */
  public byte[] finish() {
    return digest.digest();
  }

  static byte[] sha256(byte[] bytes) {
    return LabeledHash.newSha256().digest(bytes);
  }
}
