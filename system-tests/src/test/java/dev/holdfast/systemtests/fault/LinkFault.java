package dev.holdfast.systemtests.fault;

import java.time.Duration;

/**
 * What one direction of a link does to the bytes that pass.
 *
 * @param latency added to every byte's way
 * @param bytesPerSecond the most that passes; 0 means no limit
 * @param stalled nothing passes and nobody is told, as when every packet is dropped; what was sent
 *     meanwhile passes once the stall is over, as a retransmission would
 * @param corruptEveryBytes one bit of every so many bytes is flipped; 0 means none
 */
public record LinkFault(
    Duration latency, long bytesPerSecond, boolean stalled, long corruptEveryBytes) {
  public static final LinkFault NONE = new LinkFault(Duration.ZERO, 0, false, 0);
  public static final LinkFault STALLED = new LinkFault(Duration.ZERO, 0, true, 0);

  public LinkFault {
    if (latency.isNegative() || bytesPerSecond < 0 || corruptEveryBytes < 0) {
      throw new IllegalArgumentException(
          "negative latency, rate or distance: %s, %d, %d"
              .formatted(latency, bytesPerSecond, corruptEveryBytes));
    }
  }

  public static LinkFault latency(Duration latency) {
    return new LinkFault(latency, 0, false, 0);
  }

  public static LinkFault rate(long bytesPerSecond) {
    return new LinkFault(Duration.ZERO, bytesPerSecond, false, 0);
  }

  public static LinkFault corruptEvery(long bytes) {
    return new LinkFault(Duration.ZERO, 0, false, bytes);
  }
}
