package dev.holdfast.uplink.project;

import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import dev.holdfast.uplink.metadataclient.MetadataClient;
import dev.holdfast.uplink.metadataclient.RetryPolicy;
import dev.holdfast.uplink.object.ProjectAccess;
import dev.holdfast.uplink.segment.PieceOwnership;
import dev.holdfast.uplink.segment.SegmentTransfers;
import io.grpc.ManagedChannel;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What all projects of a process share: one channel to each satellite, and segment transfer.
 * Thread-safe.
 */
public final class SharedUplink implements Uplink {
  private final UplinkConfig config;
  private final SegmentTransfers transfers;
  private final Function<PeerAddress, ManagedChannel> dial;
  private final RetryPolicy retries;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Map<PeerAddress, ManagedChannel> channels = new HashMap<>();
  private boolean closed;

  /**
   * @param transfers owned by this uplink from now on
   * @param dial opens a channel that pins the satellite's identity
   */
  public SharedUplink(
      UplinkConfig config,
      SegmentTransfers transfers,
      Function<PeerAddress, ManagedChannel> dial,
      RetryPolicy retries,
      SecureRandom random,
      InstantSource clock) {
    this.config = config;
    this.transfers = transfers;
    this.dial = dial;
    this.retries = retries;
    this.random = random;
    this.clock = clock;
  }

  @Override
  public Project openProject(AccessGrant grant) {
    MetadataClient client =
        new MetadataClient(channel(grant.satellite()), grant.apiKey(), retries, clock);
    PieceOwnership ownership =
        new PieceOwnership(new SatelliteId(grant.satellite().id()), grant.recoveryPublicKey());
    return new GrantedProject(
        new ProjectAccess(client, grant.keys(), ownership, transfers, config, random, clock));
  }

  private synchronized ManagedChannel channel(PeerAddress satellite) {
    if (closed) {
      throw new IllegalStateException("This uplink is closed.");
    }
    return channels.computeIfAbsent(satellite, dial);
  }

  @Override
  public synchronized void close() {
    closed = true;
    transfers.close();
    channels.values().forEach(channel -> channel.shutdownNow());
    channels.clear();
  }
}
