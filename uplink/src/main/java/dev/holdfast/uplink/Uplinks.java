package dev.holdfast.uplink;

import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.uplink.metadataclient.RetryPolicy;
import dev.holdfast.uplink.project.SharedUplink;
import dev.holdfast.uplink.segment.SegmentTransfers;
import dev.holdfast.uplink.segment.resource.TransferLimits;
import dev.holdfast.uplink.segment.transfer.PieceTransfers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** Opens uplinks. */
public final class Uplinks {
  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(15);

  private Uplinks() {}

  /** An uplink that sends and fetches pieces from this process. */
  public static Uplink open(UplinkConfig config) {
    return open(
        config,
        new PieceTransfers(
            config,
            TransferLimits.DEFAULT,
            Runtime.getRuntime().availableProcessors(),
            InstantSource.system(),
            System::nanoTime,
            new SecureRandom()));
  }

  /** An uplink over a segment transfer of the caller's choice, which it closes with itself. */
  public static Uplink open(UplinkConfig config, SegmentTransfers transfers) {
    SecureRandom random = new SecureRandom();
    Duration attempt =
        config.callTimeout().compareTo(LONGEST_ATTEMPT) < 0
            ? config.callTimeout()
            : LONGEST_ATTEMPT;
    return new SharedUplink(
        config,
        transfers,
        satellite -> PeerTls.dialSatellite(satellite, null, null),
        new RetryPolicy(attempt, config.callTimeout(), Thread::sleep, random),
        random,
        InstantSource.system());
  }
}
