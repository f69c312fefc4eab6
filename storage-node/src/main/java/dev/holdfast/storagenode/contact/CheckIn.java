package dev.holdfast.storagenode.contact;

import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.wire.CheckInRequest;
import dev.holdfast.protocol.wire.CheckInResponse;
import dev.holdfast.protocol.wire.SpaceReport;
import dev.holdfast.storagenode.pieceservice.NodeKeyRing;
import dev.holdfast.storagenode.pieceservice.SatelliteClock;
import dev.holdfast.storagenode.piecestore.PieceStore;
import dev.holdfast.storagenode.piecestore.SpaceLedger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with the satellite: tells it where this node is and what space it has, and takes
 * keys, time and intervals from the answer. For one thread.
 */
final class CheckIn {
  /** Below this the node takes no uploads: less than one large piece may need. */
  static final long LEAST_UPLOAD_BYTES = 32L << 20;

  private final SatelliteCalls satellite;
  private final String advertisedAddress;
  private final String softwareVersion;
  private final Supplier<@Nullable String> invitation;
  private final PieceStore store;
  private final NodeKeyRing keys;
  private final SatelliteClock satelliteClock;
  private final InstantSource clock;

  CheckIn(
      SatelliteCalls satellite,
      String advertisedAddress,
      String softwareVersion,
      Supplier<@Nullable String> invitation,
      PieceStore store,
      NodeKeyRing keys,
      SatelliteClock satelliteClock,
      InstantSource clock) {
    this.satellite = satellite;
    this.advertisedAddress = advertisedAddress;
    this.softwareVersion = softwareVersion;
    this.invitation = invitation;
    this.store = store;
    this.keys = keys;
    this.satelliteClock = satelliteClock;
    this.clock = clock;
  }

  /**
   * What the satellite answered.
   *
   * @param clockDifference how far the satellite's clock is ahead of this node's
   */
  record Answer(
      String standing,
      String standingReason,
      Duration interval,
      Duration commitWindow,
      Duration clockDifference) {}

  /** Checks in once. */
  Answer run() {
    Instant sent = clock.instant();
    CheckInResponse response = satellite.checkIn(request(sent));
    Instant received = clock.instant();
    Instant middle = sent.plus(Duration.between(sent, received).dividedBy(2));
    Duration difference =
        Duration.between(middle, Instant.ofEpochMilli(response.getSatelliteTimeMillis()));
    satelliteClock.satelliteIsAhead(difference);
    keys.replace(
        response.getKeysList().stream()
            .map(epoch ->
                new NodeKeyRing.Keys(
                    MacKey.of(epoch.getEpoch(), epoch.getLimitKey().toByteArray()),
                    MacKey.of(epoch.getEpoch(), epoch.getReceiptKey().toByteArray())))
            .toList());
    return new Answer(
        response.getStanding(),
        response.getStandingReason(),
        Duration.ofMillis(Math.clamp(response.getCheckInIntervalMillis(), 500, 3_600_000)),
        Duration.ofMillis(response.getCommitWindowMillis()),
        difference);
  }

  private CheckInRequest request(Instant now) {
    SpaceLedger space = store.space();
    String token = invitation.get();
    return CheckInRequest.newBuilder()
        .setInvitation(token == null ? "" : token)
        .setAdvertisedAddress(advertisedAddress)
        .setSoftwareVersion(softwareVersion)
        .setNodeTimeMillis(now.toEpochMilli())
        .setAcceptsUploads(space.availableBytes() >= LEAST_UPLOAD_BYTES)
        .setSpace(
            SpaceReport.newBuilder()
                .setAllocatedBytes(space.capacityBytes())
                .setUsedBytes(space.liveBytes() + space.overheadBytes())
                .setTrashBytes(space.trashBytes())
                .setReclaimableBytes(space.reclaimableBytes())
                .setAvailableBytes(space.availableBytes()))
        .build();
  }
}
