package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.CommitObjectResponse;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.protocol.wire.PartRow;
import dev.holdfast.protocol.wire.RedundancyParameters;
import dev.holdfast.satellite.metadata.CommitConditions;
import dev.holdfast.satellite.metadata.Committed;
import dev.holdfast.satellite.metadata.ObjectPart;
import dev.holdfast.satellite.metadata.ObjectVersion;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.metadata.Upload;
import dev.holdfast.satellite.orders.PieceOffer;

/** Translates between rows and wire messages; what comes in is bounded here. */
final class WireRows {
  private WireRows() {}

  /** A row to commit; version, sizes and creation time are the satellite's. */
  static ObjectVersion object(ObjectRow row) {
    Limits.within("the wrap type", row.getWrapType(), 0, 255);
    Limits.within("the key epoch", row.getKeyEpoch(), 0, 255);
    Limits.within("the revision", row.getRevision(), 0, Long.MAX_VALUE);
    Limits.within("the expiry", row.getExpiresMillis(), 0, Long.MAX_VALUE);
    Limits.atMost(
        "the length of the wrapped object key",
        row.getWrappedObjectKey().size(),
        Limits.WRAPPED_KEY_BYTES);
    Limits.atMost(
        "the length of the encrypted summary",
        row.getEncryptedSummary().size(),
        Limits.SUMMARY_BYTES);
    Limits.atMost(
        "the length of the encrypted detail", row.getEncryptedDetail().size(), Limits.DETAIL_BYTES);
    if (!row.getEtagToken().isEmpty() && row.getEtagToken().size() != Limits.ETAG_TOKEN_BYTES) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "the etag token has %d bytes, not %d"
              .formatted(row.getEtagToken().size(), Limits.ETAG_TOKEN_BYTES));
    }
    return new ObjectVersion(
        Limits.key(row.getEncryptedKey()),
        0,
        Limits.id("the object id", row.getObjectId()),
        row.getWrapType(),
        row.getKeyEpoch(),
        row.getWrappedObjectKey(),
        row.getEncryptedSummary(),
        row.getEncryptedDetail(),
        row.getEtagToken(),
        0,
        0,
        row.getExpiresMillis(),
        row.getRevision());
  }

  static ObjectRow row(ObjectVersion object, boolean withDetail) {
    return ObjectRow.newBuilder()
        .setEncryptedKey(object.encryptedKey())
        .setVersion(object.version())
        .setObjectId(object.objectId())
        .setWrapType(object.wrapType())
        .setKeyEpoch(object.keyEpoch())
        .setWrappedObjectKey(object.wrappedObjectKey())
        .setEncryptedSummary(object.encryptedSummary())
        .setEncryptedDetail(withDetail ? object.encryptedDetail() : ByteString.EMPTY)
        .setCreatedMillis(object.createdMillis())
        .setExpiresMillis(object.expiresMillis())
        .setStoredPlainBytes(object.plainBytes())
        .setRevision(object.revision())
        .setEtagToken(object.etagToken())
        .build();
  }

  static ObjectRow row(Upload upload) {
    return ObjectRow.newBuilder()
        .setEncryptedKey(upload.encryptedKey())
        .setObjectId(upload.objectId())
        .setWrapType(upload.wrapType())
        .setKeyEpoch(upload.keyEpoch())
        .setWrappedObjectKey(upload.wrappedObjectKey())
        .setEncryptedSummary(upload.encryptedSummary())
        .setEncryptedDetail(upload.encryptedDetail())
        .setCreatedMillis(upload.createdMillis())
        .setExpiresMillis(upload.expiresMillis())
        .build();
  }

  static PartRow part(ObjectPart part, boolean withRecord) {
    return PartRow.newBuilder()
        .setPart(part.part())
        .setAttemptId(part.attemptId())
        .setEncryptedRecord(withRecord ? part.encryptedRecord() : ByteString.EMPTY)
        .setStoredPlainBytes(part.plainBytes())
        .setCreatedMillis(part.createdMillis())
        .build();
  }

  static CommitConditions conditions(dev.holdfast.protocol.wire.CommitConditions conditions) {
    Limits.atMost(
        "the number of etag tokens in conditions",
        (long) conditions.getIfMatchEtagTokensCount() + conditions.getIfNoneMatchEtagTokensCount(),
        Limits.CONDITION_TOKENS);
    return new CommitConditions(
        conditions.getIfNoneMatchAny(),
        conditions.getIfMatchEtagTokensList(),
        conditions.getIfNoneMatchEtagTokensList(),
        conditions.getIfMatchVersion());
  }

  static CommitObjectResponse committed(Committed committed) {
    return CommitObjectResponse.newBuilder()
        .setVersion(committed.version())
        .setCreatedMillis(committed.createdMillis())
        .build();
  }

  static RedundancyParameters scheme(RedundancyScheme scheme) {
    return RedundancyParameters.newBuilder()
        .setCodeId(scheme.codeId())
        .setRequired(scheme.required())
        .setRepair(scheme.repair())
        .setOptimal(scheme.optimal())
        .setTotal(scheme.total())
        .build();
  }

  static dev.holdfast.protocol.wire.PieceOffer offer(PieceOffer offer) {
    return dev.holdfast.protocol.wire.PieceOffer.newBuilder()
        .setPieceNumber(offer.pieceNumber())
        .setOrderLimit(offer.orderLimit())
        .setChainSeed(offer.chainSeed())
        .setNodeAddress(offer.nodeAddress())
        .build();
  }

  static dev.holdfast.protocol.wire.BlockLayout layout(BlockLayout layout) {
    return dev.holdfast.protocol.wire.BlockLayout.newBuilder()
        .setPlainBytes(layout.plainBytes())
        .setBlockBytes(layout.blockBytes())
        .setBlocksPerStripe(layout.blocksPerStripe())
        .build();
  }

  static dev.holdfast.protocol.wire.ShareLayout shares(ShareLayout shares) {
    return dev.holdfast.protocol.wire.ShareLayout.newBuilder()
        .setHashId(shares.hash().id())
        .setShareBytes(shares.shareBytes())
        .setLastShareBytes(shares.lastShareBytes())
        .setStripeCount(shares.stripeCount())
        .setTotal(shares.total())
        .build();
  }
}
