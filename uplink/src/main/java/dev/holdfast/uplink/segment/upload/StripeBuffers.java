package dev.holdfast.uplink.segment.upload;

import dev.holdfast.protocol.segment.BlockLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** The arrays that one stripe needs on its way, for reuse. Confined to one thread at a time. */
final class StripeBuffers {
  private final byte[] plain;
  private final byte[][] shares;
  private final byte[][] data;
  private final byte[][] parity;

  StripeBuffers(int required, int total, int shareBytes) {
    this.plain = new byte[required * BlockLayout.BLOCK_PLAIN_BYTES];
    this.shares = new byte[total][shareBytes];
    this.data = Arrays.copyOfRange(shares, 0, required);
    this.parity = Arrays.copyOfRange(shares, required, total);
  }

  static long bytes(int required, int total, int shareBytes) {
    return (long) required * BlockLayout.BLOCK_PLAIN_BYTES + (long) total * shareBytes;
  }

  byte[] plain() {
    return plain;
  }

  /** All shares of the stripe by piece number. */
  byte[][] shares() {
    return shares;
  }

  byte[][] data() {
    return data;
  }

  byte[][] parity() {
    return parity;
  }

  /** Idle buffers of one scheme. Thread-safe. */
  static final class Pool {
    private final int required;
    private final int total;
    private final int shareBytes;
    private final int maxIdle;
    private final Deque<StripeBuffers> idle = new ArrayDeque<>();

    Pool(int required, int total, int shareBytes, int maxIdle) {
      this.required = required;
      this.total = total;
      this.shareBytes = shareBytes;
      this.maxIdle = maxIdle;
    }

    boolean fits(int required, int total, int shareBytes) {
      return this.required == required && this.total == total && this.shareBytes == shareBytes;
    }

    StripeBuffers take() {
      synchronized (this) {
        StripeBuffers buffers = idle.pollLast();
        if (buffers != null) {
          return buffers;
        }
      }
      return new StripeBuffers(required, total, shareBytes);
    }

    synchronized void give(StripeBuffers buffers) {
      if (idle.size() < maxIdle) {
        idle.addLast(buffers);
      }
    }
  }
}
