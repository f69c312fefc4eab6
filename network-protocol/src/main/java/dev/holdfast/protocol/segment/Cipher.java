package dev.holdfast.protocol.segment;

/** The cipher of a segment's blocks. Frozen numeric ids, 1 to 255. */
public enum Cipher {
  AES_256_GCM(1);

  private final int id;

  Cipher(int id) {
    this.id = id;
  }

  /** The frozen numeric id. */
  public int id() {
    return id;
  }

  /** The cipher of a numeric id. */
  public static Cipher ofId(int id) {
    if (id == 1) {
      return AES_256_GCM;
    }
    throw new IllegalArgumentException(
        "Unknown cipher id " + id + "; this version knows 1 (AES-256-GCM).");
  }
}
