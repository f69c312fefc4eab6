package dev.holdfast.storagenode.pieceservice;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The satellite's time as far as this node knows it: its own clock and the difference measured at
 * the last check-in. Order limits are judged by it, so that a node whose clock is off neither
 * refuses good limits nor takes stale ones. Thread-safe.
 */
public final class SatelliteClock implements InstantSource {
  private final InstantSource own;
  private volatile Duration ahead = Duration.ZERO;

  public SatelliteClock(InstantSource own) {
    this.own = own;
  }

  /** Notes how far the satellite's clock is ahead of the node's; negative if behind. */
  public void satelliteIsAhead(Duration difference) {
    ahead = difference;
  }

  /** How far the satellite's clock is ahead. */
  public Duration satelliteIsAhead() {
    return ahead;
  }

  @Override
  public Instant instant() {
    return own.instant().plus(ahead);
  }
}
