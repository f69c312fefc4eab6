package dev.holdfast.protocol.segment;

import com.google.errorprone.annotations.Immutable;
import java.nio.ByteBuffer;

/**
 * How the shares of one stored segment lie in its pieces. Piece i is the concatenation of share i
 * of every stripe; all shares of a stripe have one size. These numbers are hashed into the segment
 * root. See docs/specifications/segments-and-blocks.md.
 *
 * @param hash hash of the segment's Merkle tree
 * @param shareBytes share size of every stripe but the last, 1 to {@link #SHARE_MAX_BYTES}
 * @param lastShareBytes share size of the last stripe, 1 to {@code shareBytes}
 * @param stripeCount 1 to {@link #MAX_STRIPES}
 * @param total pieces of the segment, 1 to 256
 */
@Immutable
public record ShareLayout(
    HashAlgorithm hash, int shareBytes, int lastShareBytes, int stripeCount, int total) {
  /** The most bytes of a share that a peer accepts: 1 MiB and a little for tag and rounding. */
  public static final int SHARE_MAX_BYTES = (1 << 20) + 4_096;

  /** The most stripes of a segment. */
  public static final int MAX_STRIPES = 65_536;

  /**
   * Its length on the wire: hash u8, share bytes u32, last share bytes u32, stripe count u32, total
   * u16.
   */
  public static final int LENGTH = 15;

  public ShareLayout {
    if (shareBytes < 1 || shareBytes > SHARE_MAX_BYTES) {
      throw new IllegalArgumentException(
          "A share has 1 to " + SHARE_MAX_BYTES + " bytes, not " + shareBytes + ".");
    }
    if (lastShareBytes < 1 || lastShareBytes > shareBytes) {
      throw new IllegalArgumentException(
          "A share of the last stripe has 1 to "
              + shareBytes
              + " bytes, not "
              + lastShareBytes
              + ".");
    }
    if (stripeCount < 1 || stripeCount > MAX_STRIPES) {
      throw new IllegalArgumentException(
          "A segment has 1 to " + MAX_STRIPES + " stripes, not " + stripeCount + ".");
    }
    if (total < 1 || total > 256) {
      throw new IllegalArgumentException("A segment has 1 to 256 pieces, not " + total + ".");
    }
  }

  /**
   * The layout of a segment that an uplink codes.
   *
   * @param granuleBytes shares are a multiple of this: 16 for the matrix code
   * @param total pieces of the segment
   */
  public static ShareLayout of(BlockLayout blocks, int granuleBytes, int total) {
    if (granuleBytes < 1) {
      throw new IllegalArgumentException(
          "A granule has at least 1 byte, not " + granuleBytes + ".");
    }
    int full =
        Math.ceilDiv(blocks.blockBytes() + BlockLayout.TAG_BYTES, granuleBytes) * granuleBytes;
    int last =
        Math.ceilDiv(blocks.lastBlockPlainBytes() + BlockLayout.TAG_BYTES, granuleBytes)
            * granuleBytes;
    return new ShareLayout(HashAlgorithm.SHA_256, full, last, blocks.stripeCount(), total);
  }

  /** Size of every piece in bytes. */
  public long pieceBytes() {
    return (stripeCount - 1L) * shareBytes + lastShareBytes;
  }

  /** Share size of a stripe. */
  public int shareBytes(int stripe) {
    checkStripe(stripe);
    return stripe == stripeCount - 1 ? lastShareBytes : shareBytes;
  }

  /** Offset of a stripe's share inside a piece. */
  public long shareOffset(int stripe) {
    checkStripe(stripe);
    return (long) stripe * shareBytes;
  }

  /** The stripe whose share holds a byte of the piece. */
  public int stripeOf(long pieceOffset) {
    if (pieceOffset < 0 || pieceOffset >= pieceBytes()) {
      throw new IllegalArgumentException(
          "Offset " + pieceOffset + " of a piece of " + pieceBytes() + " bytes.");
    }
    return Math.toIntExact(pieceOffset / shareBytes);
  }

  /** Refuses a piece number outside 0 to {@code total - 1}. */
  public void checkPieceNumber(int pieceNumber) {
    if (pieceNumber < 0 || pieceNumber >= total) {
      throw new IllegalArgumentException("Piece " + pieceNumber + " of " + total + ".");
    }
  }

  private void checkStripe(int stripe) {
    if (stripe < 0 || stripe >= stripeCount) {
      throw new IllegalArgumentException("Stripe " + stripe + " of " + stripeCount + ".");
    }
  }

  /** Appends the 15 bytes to a buffer. */
  public void write(ByteBuffer out) {
    out.put((byte) hash.id())
        .putInt(shareBytes)
        .putInt(lastShareBytes)
        .putInt(stripeCount)
        .putShort((short) total);
  }

  /** The 15 bytes. */
  public byte[] toByteArray() {
    ByteBuffer out = ByteBuffer.allocate(LENGTH);
    write(out);
    return out.array();
  }

  /**
   * Takes the next 15 bytes of a buffer.
   *
   * @throws IllegalArgumentException when a field is out of its range
   */
  public static ShareLayout read(ByteBuffer in) {
    return new ShareLayout(
        HashAlgorithm.ofId(Byte.toUnsignedInt(in.get())),
        in.getInt(),
        in.getInt(),
        in.getInt(),
        Short.toUnsignedInt(in.getShort()));
  }
}
