package dev.holdfast.piececlient;

import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;

/**
 * A whole share and the path that a node gave with it, both unverified until {@link #proves} says
 * so.
 */
public final class FetchedShare {
  private final int pieceNumber;
  private final int stripe;
  private final byte[] share;
  private final ShareProof proof;

  FetchedShare(int pieceNumber, int stripe, byte[] share, ShareProof proof) {
    this.pieceNumber = pieceNumber;
    this.stripe = stripe;
    this.share = share;
    this.proof = proof;
  }

  /** A copy of the share's bytes. */
  public byte[] share() {
    return share.clone();
  }

  /** Whether this is the share that the segment root covers at that piece and stripe. */
  public boolean proves(ShareLayout layout, byte[] segmentRoot) {
    return SegmentTree.verifyShare(
        layout, pieceNumber, stripe, ByteBuffer.wrap(share), proof, segmentRoot);
  }
}
