package dev.holdfast.uplink.metadataclient;

import dev.holdfast.protocol.error.ErrorCode;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a failed call is tried again: with doubling pauses and jitter, until the time for the call
 * as a whole is used up.
 *
 * @param attemptTimeout time-out of one attempt
 * @param totalTimeout from the first attempt on, after which no other is started
 */
public record RetryPolicy(
    Duration attemptTimeout, Duration totalTimeout, Pause pause, RandomGenerator jitter) {
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final int MAX_DOUBLINGS = 10;

  /** How a thread waits. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /**
   * Whether the same call may be sent again. Too few nodes is not among them: a caller wants to
   * hear of it, not to wait.
   */
  static boolean retries(ErrorCode code) {
    return switch (code) {
      case UNAVAILABLE, TIMED_OUT, CONTENTION, SHUTTING_DOWN, BUSY, INTERNAL -> true;
      default -> false;
    };
  }

  /** Whether the satellite may have done what was asked although the call failed. */
  public static boolean outcomeUnknown(ErrorCode code) {
    return switch (code) {
      case UNAVAILABLE, TIMED_OUT, CANCELLED, SHUTTING_DOWN, INTERNAL -> true;
      default -> false;
    };
  }

  /** The pause before an attempt; the first retry has number 1. */
  Duration pauseBefore(int attempt) {
    long longest =
        Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, MAX_DOUBLINGS));
    return Duration.ofMillis(longest / 2 + jitter.nextLong(longest / 2 + 1));
  }
}
