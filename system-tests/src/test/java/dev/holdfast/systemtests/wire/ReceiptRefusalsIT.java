package dev.holdfast.systemtests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.segment.Cipher;
import dev.holdfast.protocol.wire.BeginSegmentRequest;
import dev.holdfast.protocol.wire.BlockLayout;
import dev.holdfast.protocol.wire.CommitObjectRequest;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.protocol.wire.ShareLayout;
import dev.holdfast.protocol.wire.UploadedPiece;
import dev.holdfast.protocol.wire.UploadedPieces;
import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/** What a satellite refuses at a commit: receipts that do not prove what the uplink claims. */
@ExtendWith(ProcessNetworkExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReceiptRefusalsIT {
  private static final String BUCKET = "receipt-refusals";

  private final Random random = new Random(RandomContent.drawSeed(ReceiptRefusalsIT.class));
  private RawSatellite satellite;

  /** A segment with the receipts that its nodes gave. */
  private record Stored(RawSegment segment, List<UploadedPiece> pieces) {}

  @BeforeAll
  void connect(ProcessNetwork network) {
    network.awaitReady();
    satellite =
        new RawSatellite(
            AccessGrant.parse(network.environment().getOrDefault("HOLDFAST_ACCESS", "")));
    try (S3Client s3 = network.s3()) {
      s3.createBucket(r -> r.bucket(BUCKET));
    }
  }

  @AfterAll
  void disconnect() {
    satellite.close();
  }

  private Stored store() throws InterruptedException {
    RawSegment segment = RawSegment.begin(satellite, BUCKET, RawSegment.noise(random, 32), random);
    List<UploadedPiece> pieces = new ArrayList<>();
    for (PieceOffer offer : segment.offers()) {
      Frame answer = segment.put(offer);
      assertThat(answer).isInstanceOf(Frame.Receipt.class);
      pieces.add(
          UploadedPiece.newBuilder()
              .setOrderLimit(offer.getOrderLimit())
              .setReceipt(ByteString.copyFrom(((Frame.Receipt) answer).receipt()))
              .build());
    }
    return new Stored(segment, pieces);
  }

  private CommitObjectRequest.Builder commit(Stored stored, List<UploadedPiece> pieces) {
    BeginSegmentRequest begun = stored.segment().request();
    dev.holdfast.protocol.segment.ShareLayout layout = stored.segment().layout();
    int required = stored.segment().offered().getScheme().getRequired();
    return CommitObjectRequest.newBuilder()
        .setBucket(BUCKET)
        .setAttemptId(begun.getAttemptId())
        .setObject(
            ObjectRow.newBuilder()
                .setEncryptedKey(begun.getEncryptedKey())
                .setObjectId(begun.getObjectId())
                .setWrapType(1)
                .setKeyEpoch(1)
                .setWrappedObjectKey(RawSegment.noise(random, 48))
                .setEncryptedSummary(RawSegment.noise(random, 100))
                .setEncryptedDetail(RawSegment.noise(random, 100))
                .setStoredPlainBytes(RawSegment.PLAIN_BYTES)
                .setRevision(1)
                .setEtagToken(RawSegment.noise(random, 16)))
        .addSegments(
            CommittedSegment.newBuilder()
                .setPart(1)
                .setCipherId(Cipher.AES_256_GCM.id())
                .setKeyEpoch(1)
                .setWrappedSegmentKey(RawSegment.noise(random, 48))
                .setLayout(
                    BlockLayout.newBuilder()
                        .setPlainBytes(RawSegment.PLAIN_BYTES)
                        .setBlockBytes(65_536)
                        .setBlocksPerStripe(required))
                .setRemote(
                    UploadedPieces.newBuilder()
                        .setSegmentToken(stored.segment().offered().getSegmentToken())
                        .setSegmentRoot(
                            ByteString.copyFrom(stored.segment().segmentRoot().toByteArray()))
                        .setShares(
                            ShareLayout.newBuilder()
                                .setHashId(layout.hash().id())
                                .setShareBytes(layout.shareBytes())
                                .setLastShareBytes(layout.lastShareBytes())
                                .setStripeCount(layout.stripeCount())
                                .setTotal(layout.total()))
                        .addAllPieces(pieces)))
        .setSegmentCount(1);
  }

  private ErrorCode refusal(CommitObjectRequest.Builder request) {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> satellite.call().commitObject(request.build()));
    assertThat(refused).as("the commit is refused").isNotNull();
    return GrpcErrors.fromGrpc(refused).code();
  }

  @Test
  void trueReceiptsCommitOnceAndAreStaleAfterThat() throws InterruptedException {
    Stored stored = store();
    assertThat(satellite.call().commitObject(commit(stored, stored.pieces()).build()).getVersion())
        .isPositive();
    CommitObjectRequest.Builder again = commit(stored, stored.pieces());
    again.getObjectBuilder().setObjectId(RawSegment.noise(random, 16));
    assertThat(refusal(again)).isNotIn(ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE);
  }

  @Test
  void aReceiptForOtherBytesIsRefused() throws InterruptedException {
    Stored stored = store();
    Stored other = store();
    List<UploadedPiece> mixed = new ArrayList<>(stored.pieces());
    mixed.set(
        0,
        stored.pieces().getFirst().toBuilder()
            .setReceipt(other.pieces().getFirst().getReceipt())
            .build());
    assertThat(refusal(commit(stored, mixed)))
        .isIn(
            ErrorCode.RECEIPT_INVALID,
            ErrorCode.RECEIPTS_DISAGREE,
            ErrorCode.SEGMENT_TOKEN_INVALID);
  }

  @Test
  void anAlteredReceiptIsRefused() throws InterruptedException {
    Stored stored = store();
    byte[] receipt = stored.pieces().getFirst().getReceipt().toByteArray();
    receipt[receipt.length - 1] ^= 1;
    List<UploadedPiece> altered = new ArrayList<>(stored.pieces());
    altered.set(
        0, stored.pieces().getFirst().toBuilder().setReceipt(ByteString.copyFrom(receipt)).build());
    assertThat(refusal(commit(stored, altered))).isEqualTo(ErrorCode.RECEIPT_INVALID);
  }

  @Test
  void tooFewReceiptsAreRefusedHoweverOftenOneIsRepeated() throws InterruptedException {
    Stored stored = store();
    int optimal = stored.segment().offered().getScheme().getOptimal();
    assertThat(refusal(commit(stored, stored.pieces().subList(0, optimal - 1))))
        .isEqualTo(ErrorCode.RECEIPTS_TOO_FEW);
    List<UploadedPiece> repeated = new ArrayList<>(stored.pieces().subList(0, optimal - 1));
    repeated.add(repeated.getFirst());
    assertThat(refusal(commit(stored, repeated)))
        .isIn(
            ErrorCode.RECEIPTS_TOO_FEW,
            ErrorCode.RECEIPT_INVALID,
            ErrorCode.RECEIPTS_DISAGREE,
            ErrorCode.BAD_REQUEST);
  }

  @Test
  void anotherSizeThanTheReceiptsSayIsRefused() throws InterruptedException {
    Stored stored = store();
    CommitObjectRequest.Builder larger = commit(stored, stored.pieces());
    larger.getSegmentsBuilder(0).getLayoutBuilder().setPlainBytes(RawSegment.PLAIN_BYTES * 2L);
    assertThat(refusal(larger)).isEqualTo(ErrorCode.SIZES_DISAGREE);
  }

  @Test
  void anAlteredSegmentTokenIsRefused() throws InterruptedException {
    Stored stored = store();
    CommitObjectRequest.Builder altered = commit(stored, stored.pieces());
    byte[] token = stored.segment().offered().getSegmentToken().toByteArray();
    token[token.length / 2] ^= 1;
    altered.getSegmentsBuilder(0).getRemoteBuilder().setSegmentToken(ByteString.copyFrom(token));
    assertThat(refusal(altered)).isEqualTo(ErrorCode.SEGMENT_TOKEN_INVALID);
  }
}
