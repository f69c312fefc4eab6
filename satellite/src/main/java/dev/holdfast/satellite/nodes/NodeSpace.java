package dev.holdfast.satellite.nodes;

/**
 * A node's disk as it reported it last, in bytes.
 *
 * @param allocatedBytes what the owner lends
 * @param usedBytes live pieces with their framing
 * @param trashBytes deleted pieces that wait out their hold
 * @param reclaimableBytes dead bytes that compaction will free
 * @param availableBytes what uploads may still take
 * @throws IllegalArgumentException when one is negative
 */
public record NodeSpace(
    long allocatedBytes,
    long usedBytes,
    long trashBytes,
    long reclaimableBytes,
    long availableBytes) {

  public NodeSpace {
    if (allocatedBytes < 0
        || usedBytes < 0
        || trashBytes < 0
        || reclaimableBytes < 0
        || availableBytes < 0) {
      throw new IllegalArgumentException(
          "space must not be negative: allocated %d, used %d, trash %d, reclaimable %d, available %d"
              .formatted(allocatedBytes, usedBytes, trashBytes, reclaimableBytes, availableBytes));
    }
  }
}
