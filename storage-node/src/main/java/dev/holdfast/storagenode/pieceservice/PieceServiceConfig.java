package dev.holdfast.storagenode.pieceservice;

import java.time.Duration;

/**
 * Bounds of the piece service.
 *
 * @param maxConnections open connections; more are closed at once
 * @param maxQueuedBytes received and not yet processed, over all connections
 * @param exchangeTimeout how long a put waits for its next frame, and a get for the client to take
 *     bytes
 * @param idleTimeout how long a connection without an exchange is kept
 * @param eventLoops threads that move bytes between sockets and queues
 */
public record PieceServiceConfig(
    int maxConnections,
    long maxQueuedBytes,
    Duration exchangeTimeout,
    Duration idleTimeout,
    int eventLoops) {
  /** Fits a process with a heap of 96 MiB. */
  public static final PieceServiceConfig DEFAULT =
      new PieceServiceConfig(1_024, 64L << 20, Duration.ofSeconds(60), Duration.ofMinutes(15), 1);

  public PieceServiceConfig {
    if (maxConnections < 1 || maxQueuedBytes < 1 || eventLoops < 1) {
      throw new IllegalArgumentException(
          "bounds are positive: " + maxConnections + ", " + maxQueuedBytes + ", " + eventLoops);
    }
  }
}
