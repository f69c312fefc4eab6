package dev.holdfast.s3gateway.http;

import java.time.Duration;

/**
 * What one gateway process takes on at a time; the body windows times {@link #activeRequests} must
 * fit the heap.
 */
public record Limits(int activeRequests, Duration patience, Duration idleConnection) {
  /** 128 requests; 250 stalled uploads were measured to hold 160 MiB of heap. */
  public static final Limits DEFAULT =
      new Limits(128, Duration.ofSeconds(60), Duration.ofMinutes(10));

  public Limits {
    if (activeRequests < 1) {
      throw new IllegalArgumentException("activeRequests must be at least 1: " + activeRequests);
    }
  }
}
