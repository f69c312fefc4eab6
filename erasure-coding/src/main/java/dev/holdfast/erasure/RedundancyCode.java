package dev.holdfast.erasure;

/** The erasure codes that formats may name. Ids are frozen: they stand in stored segments. */
public enum RedundancyCode {
  /** Systematic Reed-Solomon over GF(2^8) by the matrix of JavaReedSolomon, one byte a symbol. */
  REED_SOLOMON_MATRIX(1, 16);

  private final int id;
  private final int granuleBytes;

  RedundancyCode(int id, int granuleBytes) {
    this.id = id;
    this.granuleBytes = granuleBytes;
  }

  /** The number that formats store, 1 to 255. */
  public int id() {
    return id;
  }

  /** The size of a share in bytes is a multiple of this. */
  public int granuleBytes() {
    return granuleBytes;
  }

  /**
   * The code with that id.
   *
   * @throws IllegalArgumentException if this version knows no such code
   */
  public static RedundancyCode ofId(int id) {
    for (RedundancyCode code : values()) {
      if (code.id == id) {
        return code;
      }
    }
    throw new IllegalArgumentException(
        "redundancy code "
            + id
            + " is not known to this version, which knows 1 (Reed-Solomon matrix)");
  }
}
