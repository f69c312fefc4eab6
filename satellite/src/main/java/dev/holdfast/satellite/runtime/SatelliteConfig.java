package dev.holdfast.satellite.runtime;

import dev.holdfast.satellite.database.DatabaseLocation;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a satellite needs to start.
 *
 * @param directory identity, secrets, admin token and the embedded database stand below
 * @param listenHost address to listen on
 * @param listenPort 0: any free one
 * @param publicAddress host:port at which peers reach it; absent: where it listens
 * @param readyFile written once calls are served, deleted on a clean stop; absent: none
 * @param scheme of new segments; absent: the default for as many nodes as there are
 * @param database where the rows are
 * @param commitWindow from the begin of a segment to its commit
 * @param maxInlineBytes most plain bytes of a segment that stands in its row
 * @param checkInInterval how often nodes are told to check in
 * @param offlineAfter silence after which a node counts as offline
 */
public record SatelliteConfig(
    Path directory,
    String listenHost,
    int listenPort,
    Optional<String> publicAddress,
    Optional<Path> readyFile,
    Optional<RedundancyScheme> scheme,
    DatabaseLocation database,
    Duration commitWindow,
    int maxInlineBytes,
    Duration checkInInterval,
    Duration offlineAfter) {
  public static final Duration DEFAULT_COMMIT_WINDOW = Duration.ofHours(1);
  public static final int DEFAULT_MAX_INLINE_BYTES = 16_384;
  public static final Duration DEFAULT_CHECK_IN_INTERVAL = Duration.ofSeconds(10);
  public static final Duration DEFAULT_OFFLINE_AFTER = Duration.ofMinutes(1);

  /** One block: the layout of inline content. */
  private static final int LARGEST_INLINE_BYTES = 65_536;

  private static final Duration LONGEST_COMMIT_WINDOW = Duration.ofDays(7);

  public SatelliteConfig {
    if (listenHost.isEmpty() || listenPort < 0 || listenPort > 65_535) {
      throw new IllegalArgumentException(
          "holdfast.satellite.listen is %s:%d; it must be host:port with a port of 0 to 65535"
              .formatted(listenHost, listenPort));
    }
    if (!commitWindow.isPositive() || commitWindow.compareTo(LONGEST_COMMIT_WINDOW) > 0) {
      throw new IllegalArgumentException(
          "holdfast.satellite.commit-window is %s; it must be positive and at most %s"
              .formatted(commitWindow, LONGEST_COMMIT_WINDOW));
    }
    if (maxInlineBytes < 0 || maxInlineBytes > LARGEST_INLINE_BYTES) {
      throw new IllegalArgumentException(
          "holdfast.satellite.max-inline-bytes is %d; it must be 0 to %d"
              .formatted(maxInlineBytes, LARGEST_INLINE_BYTES));
    }
    if (!checkInInterval.isPositive() || offlineAfter.compareTo(checkInInterval) <= 0) {
      throw new IllegalArgumentException(
          "holdfast.satellite.offline-after is %s and check-in-interval %s; both must be positive and the first longer"
              .formatted(offlineAfter, checkInInterval));
    }
  }

  /** The defaults on loopback, any free port, with an embedded database. */
  public static SatelliteConfig of(Path directory) {
    return new SatelliteConfig(
        directory,
        "127.0.0.1",
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new DatabaseLocation.Embedded(directory.resolve("postgres"), 0),
        DEFAULT_COMMIT_WINDOW,
        DEFAULT_MAX_INLINE_BYTES,
        DEFAULT_CHECK_IN_INTERVAL,
        DEFAULT_OFFLINE_AFTER);
  }

  public SatelliteConfig withListen(String host, int port) {
    return new SatelliteConfig(
        directory,
        host,
        port,
        publicAddress,
        readyFile,
        scheme,
        database,
        commitWindow,
        maxInlineBytes,
        checkInInterval,
        offlineAfter);
  }

  public SatelliteConfig withPublicAddress(Optional<String> address) {
    return new SatelliteConfig(
        directory,
        listenHost,
        listenPort,
        address,
        readyFile,
        scheme,
        database,
        commitWindow,
        maxInlineBytes,
        checkInInterval,
        offlineAfter);
  }

  public SatelliteConfig withReadyFile(Optional<Path> file) {
    return new SatelliteConfig(
        directory,
        listenHost,
        listenPort,
        publicAddress,
        file,
        scheme,
        database,
        commitWindow,
        maxInlineBytes,
        checkInInterval,
        offlineAfter);
  }

  public SatelliteConfig withScheme(Optional<RedundancyScheme> newScheme) {
    return new SatelliteConfig(
        directory,
        listenHost,
        listenPort,
        publicAddress,
        readyFile,
        newScheme,
        database,
        commitWindow,
        maxInlineBytes,
        checkInInterval,
        offlineAfter);
  }

  public SatelliteConfig withDatabase(DatabaseLocation location) {
    return new SatelliteConfig(
        directory,
        listenHost,
        listenPort,
        publicAddress,
        readyFile,
        scheme,
        location,
        commitWindow,
        maxInlineBytes,
        checkInInterval,
        offlineAfter);
  }

  public SatelliteConfig withUploads(Duration newCommitWindow, int newMaxInlineBytes) {
    return new SatelliteConfig(
        directory,
        listenHost,
        listenPort,
        publicAddress,
        readyFile,
        scheme,
        database,
        newCommitWindow,
        newMaxInlineBytes,
        checkInInterval,
        offlineAfter);
  }

  public SatelliteConfig withCheckIns(Duration interval, Duration newOfflineAfter) {
    return new SatelliteConfig(
        directory,
        listenHost,
        listenPort,
        publicAddress,
        readyFile,
        scheme,
        database,
        commitWindow,
        maxInlineBytes,
        interval,
        newOfflineAfter);
  }
}
