package dev.holdfast.uplink.segment.download;

import dev.holdfast.uplink.segment.resource.TransferLimits;

/**
 * How long a share may keep silent before others are asked: the nodes' usual time to a first share
 * plus four times its deviation, within limits. Thread-safe.
 */
final class HedgeDelay {
  private final long leastNanos;
  private final long mostNanos;
  private double meanNanos;
  private double deviationNanos;
  private volatile long delayNanos;

  HedgeDelay(TransferLimits limits) {
    this.leastNanos = limits.leastHedge().toNanos();
    this.mostNanos = limits.mostHedge().toNanos();
    this.delayNanos = limits.firstHedge().toNanos();
  }

  long nanos() {
    return delayNanos;
  }

  /** A node's first share came after so long. */
  synchronized void observe(long nanos) {
    if (meanNanos == 0) {
      meanNanos = nanos;
      deviationNanos = nanos / 2.0;
    } else {
      deviationNanos += (Math.abs(nanos - meanNanos) - deviationNanos) / 8;
      meanNanos += (nanos - meanNanos) / 16;
    }
    delayNanos = Math.clamp(Math.round(meanNanos + 4 * deviationNanos), leastNanos, mostNanos);
  }
}
