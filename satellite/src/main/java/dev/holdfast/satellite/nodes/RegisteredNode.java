package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.identity.NodeId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One storage node as the registry knows it; an immutable snapshot.
 *
 * @param alias the small number that stands for the node in piece lists; never reused
 * @param operator who was invited
 * @param tlsSerial the highest serial of a TLS key seen
 * @param clockSkew the node's clock minus ours at the last check-in, transit included
 * @param failures proven faults ever
 * @param suspendedUntil in the future while suspended
 */
public record RegisteredNode(
    int alias,
    NodeId id,
    String operator,
    NodeAddress address,
    String softwareVersion,
    long tlsSerial,
    boolean acceptsUploads,
    NodeSpace space,
    Duration clockSkew,
    long failures,
    @Nullable Instant suspendedUntil,
    @Nullable String suspendedReason,
    Instant joined,
    Instant lastCheckIn) {

  /** Whether the node checked in lately enough to be asked something. */
  public boolean isReachable(Instant now, Duration offlineAfter) {
    return lastCheckIn.plus(offlineAfter).isAfter(now);
  }

  public boolean isSuspended(Instant now) {
    return suspendedUntil != null && suspendedUntil.isAfter(now);
  }

  public Standing standing(Instant now, Duration offlineAfter) {
    if (isSuspended(now)) {
      return Standing.SUSPENDED;
    }
    return isReachable(now, offlineAfter) ? Standing.ONLINE : Standing.OFFLINE;
  }

  /** Why the node is not simply online, in words for its operator; empty when it is. */
  public String standingReason(Instant now, Duration offlineAfter) {
    return switch (standing(now, offlineAfter)) {
      case ONLINE -> "";
      case OFFLINE -> "no check-in since " + lastCheckIn;
      case SUSPENDED -> suspendedReason == null ? "" : suspendedReason;
    };
  }
}
