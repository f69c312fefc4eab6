package dev.holdfast.uplink;

import java.time.Duration;

/**
 * What an uplink may use up.
 *
 * @param uploadBudgetBytes memory for segments on their way in, of all transfers together
 * @param downloadBudgetBytes memory for segments on their way out, of all transfers together
 * @param segmentsInFlight segments of one object that may be uploaded at once, 1 to 8
 * @param downloadLookaheadBytes plain bytes that one download may fetch ahead of its reader
 * @param listingCacheBytes memory for directories kept between pages of listings, of one project
 * @param callTimeout time-out of one attempt of a call to the satellite
 * @param connectTimeout time-out of one connection attempt to a node
 */
public record UplinkConfig(
    long uploadBudgetBytes,
    long downloadBudgetBytes,
    int segmentsInFlight,
    long downloadLookaheadBytes,
    long listingCacheBytes,
    Duration callTimeout,
    Duration connectTimeout) {
  private static final long MIB = 1024L * 1024;

  public static final UplinkConfig DEFAULT =
      new UplinkConfig(
          192 * MIB, 64 * MIB, 2, 8 * MIB, 16 * MIB, Duration.ofSeconds(30), Duration.ofSeconds(5));

  public UplinkConfig {
    if (segmentsInFlight < 1 || segmentsInFlight > 8) {
      throw new IllegalArgumentException(
          "segmentsInFlight is 1 to 8, not " + segmentsInFlight + ".");
    }
    if (uploadBudgetBytes < 8 * MIB || downloadBudgetBytes < 8 * MIB) {
      throw new IllegalArgumentException(
          "The upload and download budgets are at least 8 MiB each, not "
              + uploadBudgetBytes
              + " and "
              + downloadBudgetBytes
              + " bytes.");
    }
  }
}
