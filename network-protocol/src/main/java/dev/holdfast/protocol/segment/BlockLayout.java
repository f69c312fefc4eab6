package dev.holdfast.protocol.segment;

import com.google.errorprone.annotations.Immutable;

/**
 * How the plain bytes of one segment fall into blocks. Every stripe holds {@code blocksPerStripe}
 * blocks. The blocks of all stripes but the last hold {@code blockBytes} plain bytes; those of the
 * last stripe hold {@code ceil(rest / blocksPerStripe)}, its last ones fewer or none. Blocks are
 * counted over the whole segment from 0, so the index of block i of stripe s is {@code s *
 * blocksPerStripe + i}. See docs/specifications/segments-and-blocks.md.
 *
 * @param plainBytes 0 to {@link #SEGMENT_MAX_PLAIN_BYTES}; 0 only with one block a stripe
 * @param blockBytes plain bytes of a full block, 1 to {@link #BLOCK_MAX_PLAIN_BYTES}
 * @param blocksPerStripe 1 to 256: {@code required} of the redundancy scheme, 1 for inline content
 */
@Immutable
public record BlockLayout(long plainBytes, int blockBytes, int blocksPerStripe) {
  /** The most plain bytes of a segment: 64 MiB. */
  public static final long SEGMENT_MAX_PLAIN_BYTES = 64L << 20;

  /** The plain bytes of a full block that an uplink writes: 64 KiB. */
  public static final int BLOCK_PLAIN_BYTES = 65_536;

  /** The most plain bytes of a block that a reader accepts: 1 MiB. */
  public static final int BLOCK_MAX_PLAIN_BYTES = 1 << 20;

  /** What encryption adds to each block that has plain bytes. */
  public static final int TAG_BYTES = 16;

  public BlockLayout {
    if (plainBytes < 0 || plainBytes > SEGMENT_MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException(
          "A segment has 0 to "
              + SEGMENT_MAX_PLAIN_BYTES
              + " plain bytes, not "
              + plainBytes
              + ".");
    }
    if (blockBytes < 1 || blockBytes > BLOCK_MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException(
          "A block has 1 to " + BLOCK_MAX_PLAIN_BYTES + " plain bytes, not " + blockBytes + ".");
    }
    if (blocksPerStripe < 1 || blocksPerStripe > 256) {
      throw new IllegalArgumentException(
          "A stripe has 1 to 256 blocks, not " + blocksPerStripe + ".");
    }
    if (plainBytes == 0 && blocksPerStripe != 1) {
      throw new IllegalArgumentException(
          "A segment of 0 bytes is one inline block, not a stripe of " + blocksPerStripe + ".");
    }
  }

  /** The layout that an uplink writes to nodes. */
  public static BlockLayout of(long plainBytes, int blocksPerStripe) {
    return new BlockLayout(plainBytes, BLOCK_PLAIN_BYTES, blocksPerStripe);
  }

  /** The layout of content that lies in the segment row. */
  public static BlockLayout inline(int plainBytes) {
    return new BlockLayout(plainBytes, BLOCK_PLAIN_BYTES, 1);
  }

  /** Stripes, at least 1. */
  public int stripeCount() {
    return plainBytes == 0 ? 1 : Math.toIntExact(Math.ceilDiv(plainBytes, stripePlainBytes()));
  }

  /** Plain bytes of a full stripe. */
  public long stripePlainBytes() {
    return (long) blockBytes * blocksPerStripe;
  }

  /** Plain bytes of the first block of the last stripe: {@code ceil(rest / blocksPerStripe)}. */
  public int lastBlockPlainBytes() {
    return Math.toIntExact(Math.ceilDiv(lastStripePlainBytes(), blocksPerStripe));
  }

  /** Plain bytes of the last stripe. */
  public long lastStripePlainBytes() {
    return plainBytes - (stripeCount() - 1L) * stripePlainBytes();
  }

  /** Blocks of all stripes, those without plain bytes included. */
  public int blockCount() {
    return Math.multiplyExact(stripeCount(), blocksPerStripe);
  }

  /**
   * The last block that is encrypted: the last one with plain bytes, block 0 of a segment of 0
   * bytes.
   */
  public int lastBlock() {
    if (plainBytes == 0) {
      return 0;
    }
    return blockOf(plainBytes - 1);
  }

  /** Plain bytes of a block; 0 for the empty ones at the end. */
  public int blockPlainBytes(int blockIndex) {
    long offset = blockOffset(blockIndex);
    return (int) Math.min(blockCapacity(blockIndex), plainBytes - offset);
  }

  /** Bytes of a block with its tag; 0 for a block that is not encrypted. */
  public int blockEncryptedBytes(int blockIndex) {
    int plain = blockPlainBytes(blockIndex);
    return plain == 0 && plainBytes != 0 ? 0 : plain + TAG_BYTES;
  }

  /** Plain offset of a block inside the segment; {@link #plainBytes} for an empty one. */
  public long blockOffset(int blockIndex) {
    if (blockIndex < 0 || blockIndex >= blockCount()) {
      throw new IllegalArgumentException("Block " + blockIndex + " of " + blockCount() + ".");
    }
    int stripe = blockIndex / blocksPerStripe;
    long inStripe = (long) (blockIndex % blocksPerStripe) * blockCapacity(blockIndex);
    return Math.min(plainBytes, stripe * stripePlainBytes() + inStripe);
  }

  /** The block that holds a plain byte. */
  public int blockOf(long plainOffset) {
    if (plainOffset < 0 || plainOffset >= plainBytes) {
      throw new IllegalArgumentException(
          "Plain offset " + plainOffset + " of " + plainBytes + " bytes.");
    }
    int stripe = Math.toIntExact(plainOffset / stripePlainBytes());
    long inStripe = plainOffset % stripePlainBytes();
    int capacity = stripe == stripeCount() - 1 ? lastBlockPlainBytes() : blockBytes;
    return Math.toIntExact((long) stripe * blocksPerStripe + inStripe / capacity);
  }

  private int blockCapacity(int blockIndex) {
    return blockIndex / blocksPerStripe == stripeCount() - 1 ? lastBlockPlainBytes() : blockBytes;
  }
}
