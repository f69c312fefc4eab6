package dev.holdfast.systemtests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.protocol.wire.ReportPiecesRequest;
import dev.holdfast.protocol.wire.SegmentRow;
import dev.holdfast.protocol.wire.SuspectPiece;
import dev.holdfast.protocol.wire.Suspicion;
import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.S3Objects;
import dev.holdfast.systemtests.process.NetworkStatus.Node;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An uplink that says that honest nodes hold bad pieces: the satellite asks them, and counts
 * nothing.
 */
@ExtendWith(ProcessNetworkExtension.class)
class FalseReportIT {
  /** The satellite looks into suspicions within seconds; this covers several rounds of it. */
  private static final Duration OBSERVED = Duration.ofSeconds(20);

  @Test
  void reportsWithoutProofCountForNobody(ProcessNetwork network) {
    AccessGrant grant =
        AccessGrant.parse(network.environment().getOrDefault("HOLDFAST_ACCESS", ""));
    byte[] bytes = new RandomContent(1, 900_000).bytes();
    try (S3Client s3 = network.s3();
        RawSatellite satellite = new RawSatellite(grant)) {
      S3Objects objects = S3Objects.inNewBucket(s3, "false-report");
      objects.put("honest", bytes);
      List<SegmentRow> segments = satellite.segments("false-report");
      assertThat(segments).isNotEmpty();
      for (SegmentRow segment : segments) {
        satellite.call().reportPieces(accuseEveryNode(segment));
      }
      await()
          .during(OBSERVED)
          .atMost(OBSERVED.multipliedBy(2))
          .pollInterval(Duration.ofSeconds(2))
          .untilAsserted(() ->
              assertThat(network.status().nodes())
                  .allSatisfy(node -> {
                    assertThat(node.failures()).as(node.name()).isZero();
                    assertThat(node.standing()).as(node.name()).isEqualTo("online");
                  }));
      assertThat(objects.get("honest")).isEqualTo(bytes);
      assertThat(network.status().nodes()).extracting(Node::failures).containsOnly(0L);
    }
  }

  private static ReportPiecesRequest accuseEveryNode(SegmentRow segment) {
    ReportPiecesRequest.Builder report = ReportPiecesRequest.newBuilder();
    for (PieceOffer offer : segment.getRemote().getOffersList()) {
      for (Suspicion suspicion :
          List.of(
              Suspicion.SUSPICION_BAD_SHARE,
              Suspicion.SUSPICION_REFUSED,
              Suspicion.SUSPICION_UNREACHABLE)) {
        report.addPieces(
            SuspectPiece.newBuilder()
                .setRootPieceId(segment.getRemote().getRootPieceId())
                .setPieceNumber(offer.getPieceNumber())
                .setNodeId(
                    ByteString.copyFrom(
                        SignedOrderLimit.parse(offer.getOrderLimit().toByteArray())
                            .limit()
                            .nodeId()
                            .bytes()))
                .setStripe(0)
                .setSuspicion(suspicion));
      }
    }
    return report.build();
  }
}
