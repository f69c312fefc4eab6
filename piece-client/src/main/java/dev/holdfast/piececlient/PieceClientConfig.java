package dev.holdfast.piececlient;

import java.time.Duration;

/**
 * Limits of a {@link PieceConnections}.
 *
 * @param eventLoops threads that move bytes, 1 to 64
 * @param connectTimeout longest wait for a TCP connection; the TLS handshake may take as long again
 * @param idleClose an unused connection is closed after this
 * @param cancelTimeout a node that has not confirmed a cancellation by then loses its connection
 * @param maxConnectionsPerNode connections to one node at the same time, 1 to 256
 * @param maxWaitersPerNode exchanges that may wait for a connection to one node
 * @param firstRetry a node that failed is not dialled again before this; doubles with each failure
 * @param lastRetry bound of that doubling
 */
public record PieceClientConfig(
    int eventLoops,
    Duration connectTimeout,
    Duration idleClose,
    Duration cancelTimeout,
    int maxConnectionsPerNode,
    int maxWaitersPerNode,
    Duration firstRetry,
    Duration lastRetry) {
  public static final PieceClientConfig DEFAULT =
      new PieceClientConfig(
          2,
          Duration.ofSeconds(4),
          Duration.ofSeconds(60),
          Duration.ofSeconds(3),
          16,
          1_024,
          Duration.ofSeconds(1),
          Duration.ofSeconds(15));

  public PieceClientConfig {
    require(eventLoops >= 1 && eventLoops <= 64, "event loops", eventLoops, "1 to 64");
    require(
        maxConnectionsPerNode >= 1 && maxConnectionsPerNode <= 256,
        "connections per node",
        maxConnectionsPerNode,
        "1 to 256");
    require(maxWaitersPerNode >= 0, "waiters per node", maxWaitersPerNode, "0 or more");
    require(connectTimeout.isPositive(), "connect time-out", connectTimeout, "above zero");
    require(idleClose.isPositive(), "idle close", idleClose, "above zero");
    require(cancelTimeout.isPositive(), "cancel time-out", cancelTimeout, "above zero");
    require(firstRetry.isPositive(), "first retry", firstRetry, "above zero");
    require(
        lastRetry.compareTo(firstRetry) >= 0, "last retry", lastRetry, "at least the first retry");
  }

  private static void require(boolean holds, String what, Object value, String need) {
    if (!holds) {
      throw new IllegalArgumentException(what + ": " + value + ", need " + need);
    }
  }
}
