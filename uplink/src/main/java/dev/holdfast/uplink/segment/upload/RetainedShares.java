package dev.holdfast.uplink.segment.upload;

import dev.holdfast.uplink.segment.upload.SlabPool.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The data shares of one segment, off-heap, for pieces that must be sent again. {@link #reserve}
 * and {@link #close} belong to the segment's driver; a share may be stored and loaded by any thread
 * that learned of it from the driver.
 */
final class RetainedShares implements AutoCloseable {
  /** Shares in a slab: one stripe of the smallest common scheme. */
  static final int SHARES_PER_SLAB = 4;

  private final SlabPool pool;
  private final int stride;
  private final @Nullable Slab[] slabs;

  /**
   * @param pool of slabs of {@link #SHARES_PER_SLAB} strides
   * @param stride bytes of a full share
   * @param maxShares most shares of the segment
   */
  RetainedShares(SlabPool pool, int stride, int maxShares) {
    this.pool = pool;
    this.stride = stride;
    this.slabs = new Slab[Math.ceilDiv(maxShares, SHARES_PER_SLAB)];
  }

  /** Makes room for the shares below a number. */
  void reserve(int shares) {
    for (int i = Math.ceilDiv(shares, SHARES_PER_SLAB) - 1; i >= 0 && slabs[i] == null; i--) {
      slabs[i] = pool.take();
    }
  }

  void store(int share, byte[] bytes, int length) {
    MemorySegment.copy(bytes, 0, slab(share), ValueLayout.JAVA_BYTE, offset(share), length);
  }

  void load(int share, byte[] into, int length) {
    MemorySegment.copy(slab(share), ValueLayout.JAVA_BYTE, offset(share), into, 0, length);
  }

  private MemorySegment slab(int share) {
    Slab slab = slabs[share / SHARES_PER_SLAB];
    if (slab == null) {
      throw new IllegalStateException("share " + share + " has no room reserved");
    }
    return slab.memory();
  }

  private long offset(int share) {
    return (long) (share % SHARES_PER_SLAB) * stride;
  }

  @Override
  public void close() {
    for (int i = 0; i < slabs.length; i++) {
      Slab slab = slabs[i];
      if (slab != null) {
        slabs[i] = null;
        pool.give(slab);
      }
    }
  }
}
