package dev.holdfast.protocol.frame;

import dev.holdfast.protocol.segment.ShareLayout;

/**
 * A range inside one share of a piece.
 *
 * @param stripe from 0
 * @param offset first byte inside the share
 * @param length bytes, at least 1
 */
public record ShareRange(int stripe, int offset, int length) {
  public ShareRange {
    if (stripe < 0 || offset < 0 || length < 1 || offset > Integer.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "Bytes " + offset + " + " + length + " of stripe " + stripe + " are no range.");
    }
  }

  /** The whole share of a stripe. */
  public static ShareRange whole(ShareLayout layout, int stripe) {
    return new ShareRange(stripe, 0, layout.shareBytes(stripe));
  }

  /** Whether the range lies inside a share of this layout. */
  public boolean fits(ShareLayout layout) {
    return stripe < layout.stripeCount() && offset + length <= layout.shareBytes(stripe);
  }

  /** Whether the range is a whole share of this layout. */
  public boolean isWhole(ShareLayout layout) {
    return fits(layout) && offset == 0 && length == layout.shareBytes(stripe);
  }

  /** Its first byte inside the piece. */
  public long pieceOffset(ShareLayout layout) {
    return layout.shareOffset(stripe) + offset;
  }
}
