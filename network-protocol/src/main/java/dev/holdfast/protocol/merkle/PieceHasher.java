package dev.holdfast.protocol.merkle;

import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashes the bytes of one piece as they arrive, in runs of any length, and cuts them into leaves
 * every {@code shareBytes}. How many come need not be known: what is left at the end is the last
 * share. For one thread.
 */
public final class PieceHasher {
  private final HashAlgorithm hash;
  private final int shareBytes;
  private final int pieceNumber;
  private final MessageDigest digest;
  private final List<byte[]> leaves = new ArrayList<>();
  private int inShare;
  private long hashedBytes;
  private boolean ended;

  /**
   * @param shareBytes share size of every stripe but the last
   * @param pieceNumber 0 to 255
   */
  public PieceHasher(HashAlgorithm hash, int shareBytes, int pieceNumber) {
    if (shareBytes < 1 || shareBytes > ShareLayout.SHARE_MAX_BYTES) {
      throw new IllegalArgumentException(
          "A share has 1 to " + ShareLayout.SHARE_MAX_BYTES + " bytes, not " + shareBytes + ".");
    }
    if (pieceNumber < 0 || pieceNumber > 255) {
      throw new IllegalArgumentException("A piece number is 0 to 255, not " + pieceNumber + ".");
    }
    this.hash = hash;
    this.shareBytes = shareBytes;
    this.pieceNumber = pieceNumber;
    this.digest = hash.newDigest();
  }

  /**
   * Takes the next bytes of the piece: all remaining ones of the buffer, whose position moves to
   * its limit.
   *
   * @throws IllegalArgumentException when there are more than {@link ShareLayout#MAX_STRIPES}
   *     shares
   */
  public void update(ByteBuffer bytes) {
    if (ended) {
      throw new IllegalStateException("The piece has ended after " + hashedBytes + " bytes.");
    }
    int limit = bytes.limit();
    while (bytes.position() < limit) {
      if (inShare == 0) {
        if (leaves.size() == ShareLayout.MAX_STRIPES) {
          throw new IllegalArgumentException(
              "A piece has at most " + ShareLayout.MAX_STRIPES + " shares.");
        }
        SegmentTree.beginLeaf(digest, pieceNumber);
      }
      int run = Math.min(shareBytes - inShare, limit - bytes.position());
      bytes.limit(bytes.position() + run);
      digest.update(bytes);
      bytes.limit(limit);
      hashedBytes += run;
      inShare += run;
      if (inShare == shareBytes) {
        endShare();
      }
    }
  }

  private void endShare() {
    leaves.add(digest.digest());
    inShare = 0;
  }

  /** Bytes taken so far. */
  public long hashedBytes() {
    return hashedBytes;
  }

  /** Whether the bytes taken so far are a whole piece of this layout. */
  public boolean matches(ShareLayout layout) {
    return layout.hash() == hash
        && layout.shareBytes() == shareBytes
        && layout.pieceBytes() == hashedBytes
        && pieceNumber < layout.total();
  }

  /**
   * Ends the piece and answers its root.
   *
   * @throws IllegalStateException when no byte was taken
   */
  public byte[] root() {
    if (hashedBytes == 0) {
      throw new IllegalStateException("A piece has at least one byte.");
    }
    if (inShare > 0) {
      endShare();
    }
    ended = true;
    return SegmentTree.pieceRoot(hash, leaves);
  }

  /** The leaves of the complete shares so far; all of them once {@link #root} was called. */
  public List<byte[]> leaves() {
    return List.copyOf(leaves);
  }
}
