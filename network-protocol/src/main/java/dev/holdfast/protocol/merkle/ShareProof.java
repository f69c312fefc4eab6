package dev.holdfast.protocol.merkle;

import java.util.List;

/**
 * The way from one share to the segment root: siblings from its leaf to the piece root, then from
 * there to the tree root. Both are checked by {@link SegmentTree#verifyShare}, here they are only
 * bounded.
 */
public record ShareProof(List<byte[]> leafPath, List<byte[]> piecePath) {
  /** The longest path: a tree of at most 65,536 leaves. */
  public static final int MAX_PATH = 16;

  public ShareProof {
    if (leafPath.size() > MAX_PATH || piecePath.size() > MAX_PATH) {
      throw new IllegalArgumentException(
          "A path has at most "
              + MAX_PATH
              + " hashes, not "
              + Math.max(leafPath.size(), piecePath.size())
              + ".");
    }
    leafPath = List.copyOf(leafPath);
    piecePath = List.copyOf(piecePath);
  }
}
