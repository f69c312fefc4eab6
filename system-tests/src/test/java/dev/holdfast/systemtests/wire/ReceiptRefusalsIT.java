package dev.holdfast.systemtests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.GrpcErrors;
import dev.holdfast.protocol.wire.CommitObjectRequest;
import dev.holdfast.protocol.wire.UploadedPiece;
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
    // Nobody else can name what was made here, or list the bucket with it in it.
    satellite.deleteAll(BUCKET);
    satellite.close();
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
    RawUpload stored = RawUpload.store(satellite, BUCKET, random);
    assertThat(satellite.call().commitObject(stored.commit(stored.pieces()).build()).getVersion())
        .isPositive();
    CommitObjectRequest.Builder again = stored.commit(stored.pieces());
    again.getObjectBuilder().setObjectId(RawSegment.noise(random, 16));
    assertThat(refusal(again)).isNotIn(ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE);
  }

  @Test
  void aReceiptForOtherBytesIsRefused() throws InterruptedException {
    RawUpload stored = RawUpload.store(satellite, BUCKET, random);
    RawUpload other = RawUpload.store(satellite, BUCKET, random);
    List<UploadedPiece> mixed = new ArrayList<>(stored.pieces());
    mixed.set(
        0,
        stored.pieces().getFirst().toBuilder()
            .setReceipt(other.pieces().getFirst().getReceipt())
            .build());
    assertThat(refusal(stored.commit(mixed)))
        .isIn(
            ErrorCode.RECEIPT_INVALID,
            ErrorCode.RECEIPTS_DISAGREE,
            ErrorCode.SEGMENT_TOKEN_INVALID);
  }

  @Test
  void anAlteredReceiptIsRefused() throws InterruptedException {
    RawUpload stored = RawUpload.store(satellite, BUCKET, random);
    byte[] receipt = stored.pieces().getFirst().getReceipt().toByteArray();
    receipt[receipt.length - 1] ^= 1;
    List<UploadedPiece> altered = new ArrayList<>(stored.pieces());
    altered.set(
        0, stored.pieces().getFirst().toBuilder().setReceipt(ByteString.copyFrom(receipt)).build());
    assertThat(refusal(stored.commit(altered))).isEqualTo(ErrorCode.RECEIPT_INVALID);
  }

  @Test
  void tooFewReceiptsAreRefusedHoweverOftenOneIsRepeated() throws InterruptedException {
    RawUpload stored = RawUpload.store(satellite, BUCKET, random);
    int optimal = stored.segment().offered().getScheme().getOptimal();
    assertThat(refusal(stored.commit(stored.pieces().subList(0, optimal - 1))))
        .isEqualTo(ErrorCode.RECEIPTS_TOO_FEW);
    List<UploadedPiece> repeated = new ArrayList<>(stored.pieces().subList(0, optimal - 1));
    repeated.add(repeated.getFirst());
    assertThat(refusal(stored.commit(repeated)))
        .isIn(
            ErrorCode.RECEIPTS_TOO_FEW,
            ErrorCode.RECEIPT_INVALID,
            ErrorCode.RECEIPTS_DISAGREE,
            ErrorCode.BAD_REQUEST);
  }

  @Test
  void anotherSizeThanTheReceiptsSayIsRefused() throws InterruptedException {
    RawUpload stored = RawUpload.store(satellite, BUCKET, random);
    CommitObjectRequest.Builder larger = stored.commit(stored.pieces());
    long claimedBytes = RawSegment.PLAIN_BYTES * 2L;
    // Consistent in itself: only the receipts know better.
    int shareBytes =
        RawSegment.layout(claimedBytes, stored.segment().offered().getScheme()).lastShareBytes();
    larger.getSegmentsBuilder(0).getLayoutBuilder().setPlainBytes(claimedBytes);
    larger
        .getSegmentsBuilder(0)
        .getRemoteBuilder()
        .getSharesBuilder()
        .setShareBytes(shareBytes)
        .setLastShareBytes(shareBytes);
    assertThat(refusal(larger)).isIn(ErrorCode.SIZES_DISAGREE, ErrorCode.RECEIPTS_DISAGREE);
  }

  @Test
  void anAlteredSegmentTokenIsRefused() throws InterruptedException {
    RawUpload stored = RawUpload.store(satellite, BUCKET, random);
    CommitObjectRequest.Builder altered = stored.commit(stored.pieces());
    byte[] token = stored.segment().offered().getSegmentToken().toByteArray();
    token[token.length / 2] ^= 1;
    altered.getSegmentsBuilder(0).getRemoteBuilder().setSegmentToken(ByteString.copyFrom(token));
    assertThat(refusal(altered)).isEqualTo(ErrorCode.SEGMENT_TOKEN_INVALID);
  }
}
