package dev.holdfast.uplink.object;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.wire.ReportPiecesRequest;
import dev.holdfast.protocol.wire.SuspectPiece;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.accessgrant.PathKeys;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.metadataclient.MetadataClient;
import dev.holdfast.uplink.segment.PieceOwnership;
import dev.holdfast.uplink.segment.SegmentTransfers;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/**
 * What everything that works on one project shares. Thread-safe.
 *
 * @param client the satellite
 * @param keys keys of the grant
 * @param ownership whose pieces they are
 * @param transfers segment transfer of the process
 */
public record ProjectAccess(
    MetadataClient client,
    PathKeys keys,
    PieceOwnership ownership,
    SegmentTransfers transfers,
    UplinkConfig config,
    SecureRandom random,
    InstantSource clock) {
  private static final int ID_BYTES = 16;

  /** Draws an object or attempt id. */
  public byte[] drawId() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return id;
  }

  /** Runs what nobody waits for; failures are dropped, since whoever asked has gone. */
  public void inBackground(Runnable task) {
    Thread.ofVirtual()
        .name("uplink-background")
        .start(() -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            // The satellite finds out by itself once the commit window has passed.
          }
        });
  }

  /**
   * Tells the satellite of pieces that looked bad; a report that gets lost is made again by the
   * next reader.
   */
  public void reportSuspicions(List<SuspectPiece> pieces) {
    ReportPiecesRequest report = ReportPiecesRequest.newBuilder().addAllPieces(pieces).build();
    client.callOnce(stub -> stub.reportPieces(report));
  }

  /** ETags as the satellite knows them. */
  public static List<ByteString> etagTokens(ObjectPath path, Collection<String> etags) {
    return etags.stream().map(etag -> ByteString.copyFrom(path.etagToken(etag))).toList();
  }
}
