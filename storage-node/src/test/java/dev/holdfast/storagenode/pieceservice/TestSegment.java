package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.PieceHasher;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** All pieces of a segment with random bytes, and its tree. */
record TestSegment(ShareLayout layout, List<byte[]> pieces, List<byte[]> roots, SegmentTree tree) {
  static TestSegment random(
      Random random, int shareBytes, int lastShareBytes, int stripes, int total) {
    ShareLayout layout =
        new ShareLayout(HashAlgorithm.SHA_256, shareBytes, lastShareBytes, stripes, total);
    List<byte[]> pieces = new ArrayList<>();
    List<byte[]> roots = new ArrayList<>();
    for (int number = 0; number < total; number++) {
      byte[] piece = new byte[(int) layout.pieceBytes()];
      random.nextBytes(piece);
      PieceHasher hasher = new PieceHasher(layout.hash(), shareBytes, number);
      hasher.update(ByteBuffer.wrap(piece));
      pieces.add(piece);
      roots.add(hasher.root());
    }
    return new TestSegment(layout, pieces, roots, SegmentTree.of(layout, roots));
  }

  Bytes32 segmentRoot() {
    return Bytes32.of(tree.segmentRoot());
  }

  Bytes32 root(int number) {
    return Bytes32.of(roots.get(number));
  }

  byte[] share(int number, int stripe) {
    int from = (int) layout.shareOffset(stripe);
    return Arrays.copyOfRange(pieces.get(number), from, from + layout.shareBytes(stripe));
  }
}
