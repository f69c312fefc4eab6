package dev.holdfast.erasure;

import org.jspecify.annotations.Nullable;

/**
 * Computes shares of one (required, total) code: any {@code required} of the {@code total} shares
 * determine all.
 *
 * <p>Shares {@code 0 .. required-1} are the data itself, the rest is parity. Byte b of every parity
 * share depends only on byte b of the data shares, so any range of a share may be coded alone and
 * any length is accepted; the {@linkplain RedundancyCode#granuleBytes() granule} binds the share
 * sizes of formats, not these calls. No method changes its input arrays; an output array must not
 * be an input array of the same call, nor given twice.
 *
 * <p>Immutable and safe for use by any number of threads. All work is done on the calling thread.
 */
public interface ErasureCodec {

  /**
   * The codec of these counts; codecs are cached, since making the tables costs more than a small
   * stripe.
   *
   * @param required 1 to {@code total}
   * @param total at most 256
   * @throws IllegalArgumentException if the counts are out of range
   */
  static ErasureCodec of(RedundancyCode code, int required, int total) {
    return CodecCache.get(code, required, total);
  }

  /** Shares that are enough to rebuild all others. */
  int required();

  /** Shares that exist, data and parity. */
  int total();

  /**
   * Computes all parity shares.
   *
   * @param data {@code required} arrays
   * @param parity {@code total - required} arrays, overwritten in the range
   * @param offsetBytes start of the range in every array
   * @param lengthBytes length of the range, 0 or more
   * @throws IllegalArgumentException if a count of arrays is wrong or an array ends before the
   *     range does
   */
  void encode(byte[][] data, byte[][] parity, int offsetBytes, int lengthBytes);

  /**
   * Rebuilds absent shares, data or parity, from any {@code required} present ones.
   *
   * @param shares {@code total} arrays by share number; those not present are not looked at and may
   *     be null
   * @param present {@code total} flags: whether {@code shares[i]} holds valid bytes in the range
   * @param out {@code total} destinations: share i is rebuilt into {@code out[i]} if that is not
   *     null and share i is not present. The other destinations are left as they are. {@code out}
   *     may be {@code shares} itself.
   * @param offsetBytes start of the range in every array
   * @param lengthBytes length of the range, 0 or more
   * @throws IllegalArgumentException if fewer than {@code required} shares are present (the message
   *     names need and have), a count of arrays is wrong, a present share is null or an array ends
   *     before the range does
   */
  void reconstruct(
      byte[] @Nullable [] shares,
      boolean[] present,
      byte[] @Nullable [] out,
      int offsetBytes,
      int lengthBytes);

  /**
   * Whether the parity shares are those of the data shares, in the range. Not constant in time, and
   * no proof against an adversary: who can write one share can write all.
   *
   * @param shares {@code total} arrays
   * @param offsetBytes start of the range in every array
   * @param lengthBytes length of the range, 0 or more
   * @throws IllegalArgumentException if the count of arrays is wrong or an array ends before the
   *     range does
   */
  boolean verify(byte[][] shares, int offsetBytes, int lengthBytes);
}
