package dev.holdfast.uplink.segment.upload;

import dev.holdfast.erasure.ErasureCodec;
import dev.holdfast.erasure.RedundancyCode;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.uplink.encryption.SegmentCipher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts, codes and hashes the stripes of one segment, and codes single shares again. Different
 * stripes may be coded at the same time; each stripe is encrypted once.
 */
final class StripeCoder {
  static final HashAlgorithm HASH = HashAlgorithm.SHA_256;

  private final SecretBytes segmentKey;
  private final int required;
  private final int total;
  private final int granuleBytes;
  private final int shareBytes;
  private final ErasureCodec codec;
  private final RetainedShares retained;

  /** Leaves by piece, then stripe. */
  private final byte[] @Nullable [][] leaves;

  StripeCoder(
      SecretBytes segmentKey,
      RedundancyCode code,
      int required,
      int total,
      int maxStripes,
      RetainedShares retained) {
    this.segmentKey = segmentKey;
    this.required = required;
    this.total = total;
    this.granuleBytes = code.granuleBytes();
    this.shareBytes = fullShareBytes(code);
    this.codec = ErasureCodec.of(code, required, total);
    this.retained = retained;
    this.leaves = new byte[maxStripes][][];
  }

  /** Share size of every stripe but the last. */
  static int fullShareBytes(RedundancyCode code) {
    return ShareLayout.of(BlockLayout.of(1, 1), code.granuleBytes(), 1).shareBytes();
  }

  int shareBytes() {
    return shareBytes;
  }

  ShareLayout shareLayout(BlockLayout layout) {
    return ShareLayout.of(layout, granuleBytes, total);
  }

  /** Encrypts, codes and hashes a full stripe that is not the segment's last. */
  void codeFull(int stripe, StripeBuffers buffers) {
    SegmentCipher cipher = new SegmentCipher(segmentKey);
    for (int i = 0; i < required; i++) {
      encrypt(
          cipher,
          stripe * required + i,
          false,
          buffers,
          i,
          i * BlockLayout.BLOCK_PLAIN_BYTES,
          BlockLayout.BLOCK_PLAIN_BYTES,
          shareBytes);
    }
    codeAndHash(stripe, buffers, shareBytes);
  }

  /** The same for the last stripe, full or not. */
  void codeLast(BlockLayout layout, StripeBuffers buffers) {
    int stripe = layout.stripeCount() - 1;
    int lastShareBytes = shareLayout(layout).lastShareBytes();
    long stripeStart = stripe * layout.stripePlainBytes();
    SegmentCipher cipher = new SegmentCipher(segmentKey);
    for (int i = 0; i < required; i++) {
      int block = stripe * required + i;
      encrypt(
          cipher,
          block,
          block == layout.lastBlock(),
          buffers,
          i,
          (int) (layout.blockOffset(block) - stripeStart),
          layout.blockPlainBytes(block),
          lastShareBytes);
    }
    codeAndHash(stripe, buffers, lastShareBytes);
  }

  private void encrypt(
      SegmentCipher cipher,
      int block,
      boolean last,
      StripeBuffers buffers,
      int share,
      int plainOffset,
      int plainBytes,
      int length) {
    byte[] into = buffers.shares()[share];
    int written =
        plainBytes == 0
            ? 0
            : cipher.encryptBlock(block, last, buffers.plain(), plainOffset, plainBytes, into, 0);
    Arrays.fill(into, written, length, (byte) 0);
    retained.store(block, into, length);
  }

  private void codeAndHash(int stripe, StripeBuffers buffers, int length) {
    codec.encode(buffers.data(), buffers.parity(), 0, length);
    byte[][] hashes = new byte[total][];
    for (int piece = 0; piece < total; piece++) {
      hashes[piece] = SegmentTree.leaf(HASH, piece, buffers.shares()[piece], 0, length);
    }
    leaves[stripe] = hashes;
  }

  /** Codes one share of a stripe again from what was retained. */
  byte[] share(int stripe, int piece, int length, StripeBuffers scratch) {
    byte[][] shares = scratch.shares();
    if (piece < required) {
      retained.load(stripe * required + piece, shares[piece], length);
      return shares[piece];
    }
    boolean[] present = new boolean[total];
    for (int i = 0; i < required; i++) {
      retained.load(stripe * required + i, shares[i], length);
      present[i] = true;
    }
    byte[] @Nullable [] out = new byte[total][];
    Arrays.fill(out, null);
    out[piece] = shares[piece];
    codec.reconstruct(shares, present, out, 0, length);
    return shares[piece];
  }

  /** Roots of all pieces, once all stripes are coded. */
  List<byte[]> pieceRoots(int stripeCount) {
    List<byte[]> roots = new ArrayList<>(total);
    for (int piece = 0; piece < total; piece++) {
      List<byte[]> ofPiece = new ArrayList<>(stripeCount);
      for (int stripe = 0; stripe < stripeCount; stripe++) {
        byte[][] hashes = leaves[stripe];
        if (hashes == null) {
          throw new IllegalStateException("stripe " + stripe + " was not coded");
        }
        ofPiece.add(hashes[piece]);
      }
      roots.add(SegmentTree.pieceRoot(HASH, ofPiece));
    }
    return roots;
  }
}
