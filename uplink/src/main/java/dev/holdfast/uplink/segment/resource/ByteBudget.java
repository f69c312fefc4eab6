package dev.holdfast.uplink.segment.resource;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Memory that transfers share. Each transfer says at its start how much it may come to hold and
 * then grows step by step.
 *
 * <p>A step is granted only if afterwards all running transfers could still grow to their claims
 * one after the other, the oldest first (banker's algorithm); so those that hold memory and wait
 * for more never wait for each other in a ring. Thread-safe; waiting is by age.
 */
public final class ByteBudget {
  private final long totalBytes;
  private final Set<Claim> claims = new LinkedHashSet<>();
  private long freeBytes;

  /**
   * @param totalBytes what all claims together may hold, at least 1
   */
  public ByteBudget(long totalBytes) {
    if (totalBytes < 1) {
      throw new IllegalArgumentException("A byte budget has at least 1 byte, not " + totalBytes);
    }
    this.totalBytes = totalBytes;
    this.freeBytes = totalBytes;
  }

  /**
   * Announces a transfer; holds nothing yet. Close it to give everything back.
   *
   * @param mostBytes what it may come to hold; cut to the whole budget, so that a transfer larger
   *     than the budget runs alone
   */
  public synchronized Claim open(long mostBytes) {
    Claim claim = new Claim(Math.min(mostBytes, totalBytes));
    claims.add(claim);
    return claim;
  }

  /** Bytes that no transfer holds. */
  public synchronized long freeBytes() {
    return freeBytes;
  }

  private boolean isSafe() {
    long available = freeBytes;
    if (available < 0) {
      return false;
    }
    for (Claim claim : claims) {
      if (claim.mostBytes - claim.heldBytes > available) {
        return false;
      }
      available += claim.heldBytes;
    }
    return true;
  }

  /** The share of one transfer. */
  public final class Claim implements AutoCloseable {
    private long mostBytes;
    private long heldBytes;

    private Claim(long mostBytes) {
      this.mostBytes = mostBytes;
    }

    /**
     * Waits until it may hold so many bytes more. Beyond its claim nothing is granted or waited
     * for.
     */
    public void grow(long bytes) throws InterruptedException {
      synchronized (ByteBudget.this) {
        long step = Math.min(bytes, mostBytes - heldBytes);
        while (!tryGrow(step)) {
          ByteBudget.this.wait();
        }
      }
    }

    private boolean tryGrow(long step) {
      heldBytes += step;
      freeBytes -= step;
      if (isSafe()) {
        return true;
      }
      heldBytes -= step;
      freeBytes += step;
      return false;
    }

    /**
     * Takes bytes beyond the claim if nobody's claim suffers; never waits.
     *
     * @return whether it holds them now
     */
    public boolean tryExtra(long bytes) {
      synchronized (ByteBudget.this) {
        mostBytes += bytes;
        if (tryGrow(bytes)) {
          return true;
        }
        mostBytes -= bytes;
        return false;
      }
    }

    /** Gives all back; again is nothing. */
    @Override
    public void close() {
      synchronized (ByteBudget.this) {
        if (claims.remove(this)) {
          freeBytes += heldBytes;
          heldBytes = 0;
          ByteBudget.this.notifyAll();
        }
      }
    }
  }
}
