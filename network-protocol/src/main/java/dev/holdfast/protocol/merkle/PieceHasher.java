package dev.holdfast.protocol.merkle;

import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashes the bytes of one piece as they arrive, in runs of any length, and cuts them into leaves at
 * the share boundaries of its layout. For one thread.
 */
public final class PieceHasher {
  private final ShareLayout layout;
  private final int pieceNumber;
  private final MessageDigest digest;
  private final List<byte[]> leaves = new ArrayList<>();
  private int inShare;
  private long hashedBytes;

  public PieceHasher(ShareLayout layout, int pieceNumber) {
    layout.checkPieceNumber(pieceNumber);
    this.layout = layout;
    this.pieceNumber = pieceNumber;
    this.digest = layout.hash().newDigest();
  }

  /**
   * Takes the next bytes of the piece: all remaining ones of the buffer, whose position moves to
   * its limit.
   *
   * @throws IllegalArgumentException when there are more than the layout has; nothing is hashed
   *     then
   */
  public void update(ByteBuffer bytes) {
    if (bytes.remaining() > layout.pieceBytes() - hashedBytes) {
      throw new IllegalArgumentException(
          "The piece has "
              + layout.pieceBytes()
              + " bytes; "
              + (hashedBytes + bytes.remaining())
              + " were given.");
    }
    int limit = bytes.limit();
    while (bytes.position() < limit) {
      if (inShare == 0) {
        SegmentTree.beginLeaf(digest, pieceNumber);
      }
      int rest = layout.shareBytes(leaves.size()) - inShare;
      int run = Math.min(rest, limit - bytes.position());
      bytes.limit(bytes.position() + run);
      digest.update(bytes);
      bytes.limit(limit);
      hashedBytes += run;
      if (run == rest) {
        leaves.add(digest.digest());
        inShare = 0;
      } else {
        inShare += run;
      }
    }
  }

  /** Bytes taken so far. */
  public long hashedBytes() {
    return hashedBytes;
  }

  /** Whether all bytes of the piece were taken. */
  public boolean isComplete() {
    return hashedBytes == layout.pieceBytes();
  }

  /**
   * The piece root.
   *
   * @throws IllegalStateException while bytes are missing
   */
  public byte[] root() {
    if (!isComplete()) {
      throw new IllegalStateException(
          "Only " + hashedBytes + " of " + layout.pieceBytes() + " bytes were hashed.");
    }
    return SegmentTree.pieceRoot(layout.hash(), leaves);
  }

  /** The leaves of the complete shares so far. */
  public List<byte[]> leaves() {
    return List.copyOf(leaves);
  }
}
