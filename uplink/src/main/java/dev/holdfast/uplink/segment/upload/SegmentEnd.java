package dev.holdfast.uplink.segment.upload;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import java.util.List;

/** What is known of a segment once its last stripe is coded. */
final class SegmentEnd {
  private final BlockLayout blocks;
  private final ShareLayout shares;
  private final List<byte[]> pieceRoots;
  private final SegmentTree tree;

  SegmentEnd(BlockLayout blocks, ShareLayout shares, List<byte[]> pieceRoots) {
    this.blocks = blocks;
    this.shares = shares;
    this.pieceRoots = pieceRoots;
    this.tree = SegmentTree.of(shares, pieceRoots);
  }

  BlockLayout blocks() {
    return blocks;
  }

  ShareLayout shares() {
    return shares;
  }

  Bytes32 segmentRoot() {
    return Bytes32.of(tree.segmentRoot());
  }

  Bytes32 pieceRoot(int piece) {
    return Bytes32.of(pieceRoots.get(piece));
  }

  List<byte[]> piecePath(int piece) {
    return tree.piecePath(piece);
  }
}
