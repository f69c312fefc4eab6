package dev.holdfast.satellite.orders;

import java.time.Duration;

/**
 * How long limits live.
 *
 * @param putLifetime from a segment's begin to its commit; the commit window
 * @param getLifetime of one download session
 * @param auditLifetime of one audit
 * @param maxClockSkew tolerated between a node's clock and ours
 */
public record OrdersConfig(
    Duration putLifetime, Duration getLifetime, Duration auditLifetime, Duration maxClockSkew) {

  public OrdersConfig {
    if (!putLifetime.isPositive()
        || !getLifetime.isPositive()
        || !auditLifetime.isPositive()
        || maxClockSkew.isNegative()) {
      throw new IllegalArgumentException(
          "lifetimes of order limits must be positive: put %s, get %s, audit %s, skew %s"
              .formatted(putLifetime, getLifetime, auditLifetime, maxClockSkew));
    }
  }

  /** One hour for downloads, five minutes for audits. */
  public static OrdersConfig of(Duration commitWindow, Duration maxClockSkew) {
    return new OrdersConfig(commitWindow, Duration.ofHours(1), Duration.ofMinutes(5), maxClockSkew);
  }
}
