package dev.holdfast.satellite.metadata;

/**
 * How many pieces a segment has and needs.
 *
 * @param codeId frozen id of the redundancy code; 1 = Reed-Solomon, byte layout
 * @param required pieces that suffice to read (k)
 * @param repair at or below this many live pieces the segment is due for repair
 * @param optimal pieces with which an upload is acknowledged
 * @param total pieces under the segment root (n), at most 256
 */
public record RedundancyScheme(int codeId, int required, int repair, int optimal, int total) {
  public RedundancyScheme {
    if (codeId < 1 || codeId > 255) {
      throw new IllegalArgumentException("redundancy code id " + codeId + " is not within 1..255");
    }
    if (required < 1 || repair < required || optimal < repair || total < optimal || total > 256) {
      throw new IllegalArgumentException(
          "redundancy scheme %d/%d/%d/%d does not keep 1 <= required <= repair <= optimal <= total <= 256"
              .formatted(required, repair, optimal, total));
    }
  }

  /** The default scheme for a network of so many eligible nodes. */
  public static RedundancyScheme forNodes(int eligible) {
    if (eligible >= 110) {
      return new RedundancyScheme(1, 29, 35, 80, 110);
    }
    if (eligible >= 10) {
      return new RedundancyScheme(1, 4, 6, 8, 10);
    }
    if (eligible >= 7) {
      return new RedundancyScheme(1, 3, 5, 6, 7);
    }
    return new RedundancyScheme(1, 2, 3, 4, 5);
  }

  /** Reads {@code K/R/O/N}, with code 1. */
  public static RedundancyScheme parse(String text) {
    String[] parts = text.strip().split("/", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException(
          "redundancy scheme '"
              + text
              + "' is not of the form required/repair/optimal/total, such as 2/3/4/5");
    }
    try {
      return new RedundancyScheme(
          1,
          Integer.parseInt(parts[0]),
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          Integer.parseInt(parts[3]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "redundancy scheme '" + text + "' has a part that is not a number; an example is 2/3/4/5",
          e);
    }
  }

  /** Shares are multiples of this many bytes. */
  public int granuleBytes() {
    if (codeId != 1) {
      throw new IllegalStateException(
          "redundancy code " + codeId + " is unknown to this version; known is 1");
    }
    return 16;
  }

  /** The text form {@code K/R/O/N}. */
  public String text() {
    return required + "/" + repair + "/" + optimal + "/" + total;
  }
}
