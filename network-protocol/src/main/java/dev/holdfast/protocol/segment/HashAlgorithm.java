package dev.holdfast.protocol.segment;

import dev.holdfast.protocol.mac.LabeledHash;
import java.security.MessageDigest;

/** The hash of a segment's Merkle tree. Frozen numeric ids, 1 to 255; every one gives 32 bytes. */
public enum HashAlgorithm {
  SHA_256(1);

  private final int id;

  HashAlgorithm(int id) {
    this.id = id;
  }

  /** The frozen numeric id. */
  public int id() {
    return id;
  }

  /** A new digest of this algorithm, for one thread. */
  public MessageDigest newDigest() {
    return switch (this) {
      case SHA_256 -> LabeledHash.newSha256();
    };
  }

  /** The algorithm of a numeric id. */
  public static HashAlgorithm ofId(int id) {
    if (id == 1) {
      return SHA_256;
    }
    throw new IllegalArgumentException(
        "Unknown hash id " + id + "; this version knows 1 (SHA-256).");
  }
}
