package dev.holdfast.systemtests.wire;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.segment.Cipher;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.BeginSegmentRequest;
import dev.holdfast.protocol.wire.BlockLayout;
import dev.holdfast.protocol.wire.CommitObjectRequest;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.protocol.wire.UploadedPiece;
import dev.holdfast.protocol.wire.UploadedPieces;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A segment of noise with the receipts that its nodes gave, not committed yet. */
record RawUpload(RawSegment segment, List<UploadedPiece> pieces, Random random) {
  /** Puts every piece that the satellite offered a node for. */
  static RawUpload store(RawSatellite satellite, String bucket, Random random)
      throws InterruptedException {
    RawSegment segment = RawSegment.begin(satellite, bucket, RawSegment.noise(random, 32), random);
    List<UploadedPiece> pieces = new ArrayList<>();
    for (PieceOffer offer : segment.offers()) {
      Frame answer = segment.put(offer);
      if (!(answer instanceof Frame.Receipt receipt)) {
        throw new AssertionError("an honest put was answered with " + answer);
      }
      pieces.add(
          UploadedPiece.newBuilder()
              .setOrderLimit(offer.getOrderLimit())
              .setReceipt(ByteString.copyFrom(receipt.receipt()))
              .build());
    }
    return new RawUpload(segment, List.copyOf(pieces), random);
  }

  /** The commit of an object of this segment alone, with these pieces. */
  CommitObjectRequest.Builder commit(List<UploadedPiece> pieces) {
    BeginSegmentRequest begun = segment.request();
    ShareLayout layout = segment.layout();
    int required = segment.offered().getScheme().getRequired();
    return CommitObjectRequest.newBuilder()
        .setBucket(begun.getBucket())
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
                        .setSegmentToken(segment.offered().getSegmentToken())
                        .setSegmentRoot(ByteString.copyFrom(segment.segmentRoot().toByteArray()))
                        .setShares(
                            dev.holdfast.protocol.wire.ShareLayout.newBuilder()
                                .setHashId(layout.hash().id())
                                .setShareBytes(layout.shareBytes())
                                .setLastShareBytes(layout.lastShareBytes())
                                .setStripeCount(layout.stripeCount())
                                .setTotal(layout.total()))
                        .addAllPieces(pieces)))
        .setSegmentCount(1);
  }
}
