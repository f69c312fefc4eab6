package dev.holdfast.satellite.nodes;

import java.time.Duration;

/**
 * What the registry decides by.
 *
 * @param checkInInterval how often nodes are told to check in; positive
 * @param offlineAfter silence after which a node counts as offline; longer than the interval, or
 *     nodes flap
 * @param maxClockSkew a check-in whose clock differs by more is refused: order limits would expire
 *     early or late on that node
 * @param commitWindow how long an uplink may take from a segment's begin to its commit
 * @param suspendAfterFaults this many proven faults inside {@code faultPeriod} suspend a node; at
 *     least 1
 * @param faultPeriod how long a proven fault weighs, and how long a suspension lasts after the last
 *     fault
 */
public record NodesConfig(
    Duration checkInInterval,
    Duration offlineAfter,
    Duration maxClockSkew,
    Duration commitWindow,
    int suspendAfterFaults,
    Duration faultPeriod) {

  public static final Duration DEFAULT_MAX_CLOCK_SKEW = Duration.ofMinutes(2);
  public static final int DEFAULT_SUSPEND_AFTER_FAULTS = 10;
  public static final Duration DEFAULT_FAULT_PERIOD = Duration.ofDays(7);

  public NodesConfig {
    requirePositive("check-in-interval", checkInInterval);
    requirePositive("max-clock-skew", maxClockSkew);
    requirePositive("commit-window", commitWindow);
    requirePositive("fault-period", faultPeriod);
    if (offlineAfter.compareTo(checkInInterval) <= 0) {
      throw new IllegalArgumentException(
          "offline-after (%s) must be longer than check-in-interval (%s)"
              .formatted(offlineAfter, checkInInterval));
    }
    if (suspendAfterFaults < 1) {
      throw new IllegalArgumentException(
          "suspend-after-faults must be at least 1, not " + suspendAfterFaults);
    }
  }

  /** The defaults with the three durations that installations usually set. */
  public static NodesConfig of(
      Duration checkInInterval, Duration offlineAfter, Duration commitWindow) {
    return new NodesConfig(
        checkInInterval,
        offlineAfter,
        DEFAULT_MAX_CLOCK_SKEW,
        commitWindow,
        DEFAULT_SUSPEND_AFTER_FAULTS,
        DEFAULT_FAULT_PERIOD);
  }

  /**
   * The age, by a node's own clock, from which it may ask about an unconfirmed piece: the commit
   * window and a margin for clocks that run unevenly, since a piece asked about too early could
   * still be committed.
   */
  public Duration confirmAfter() {
    Duration margin = commitWindow.dividedBy(8);
    return commitWindow.plus(margin.compareTo(maxClockSkew) < 0 ? margin : maxClockSkew);
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }
}
