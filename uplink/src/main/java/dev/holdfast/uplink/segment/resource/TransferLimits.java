package dev.holdfast.uplink.segment.resource;

import java.time.Duration;

/**
 * How long transfers wait for nodes.
 *
 * @param stall a put that moved nothing for so long counts as failing while other nodes could take
 *     its piece
 * @param giveUp a put that moved nothing for so long has failed
 * @param firstHedge others are asked for a share that is late by this, before anything is known of
 *     the nodes' latency
 * @param leastHedge the least of that, however fast the nodes are
 * @param mostHedge the most of that, however slow
 * @param connectHedge the same while there is no connection to the node yet
 * @param readTimeout a read fails when no share came for so long
 */
public record TransferLimits(
    Duration stall,
    Duration giveUp,
    Duration firstHedge,
    Duration leastHedge,
    Duration mostHedge,
    Duration connectHedge,
    Duration readTimeout) {
  public static final TransferLimits DEFAULT =
      new TransferLimits(
          Duration.ofMillis(800),
          Duration.ofSeconds(30),
          Duration.ofMillis(350),
          Duration.ofMillis(150),
          Duration.ofMillis(600),
          Duration.ofMillis(500),
          Duration.ofSeconds(20));

  public TransferLimits {
    if (!leastHedge.isPositive()
        || leastHedge.compareTo(firstHedge) > 0
        || stall.compareTo(giveUp) > 0
        || firstHedge.compareTo(mostHedge) > 0
        || mostHedge.compareTo(readTimeout) > 0) {
      throw new IllegalArgumentException(
          "Need 0 < least hedge <= first hedge <= most hedge <= read time-out and stall <= give up, have "
              + leastHedge
              + ", "
              + firstHedge
              + ", "
              + mostHedge
              + ", "
              + readTimeout
              + ", "
              + stall
              + ", "
              + giveUp);
    }
  }
}
