package dev.holdfast.systemtests.network;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The system's clock, shifted by what a test says. Thread-safe. */
public final class ShiftedClock implements InstantSource {
  private volatile Duration shift = Duration.ZERO;

  public void shiftBy(Duration newShift) {
    shift = newShift;
  }

  @Override
  public Instant instant() {
    return InstantSource.system().instant().plus(shift);
  }
}
