package dev.holdfast.uplink.object;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.encryption.ContentDigest;
import dev.holdfast.uplink.encryption.DetailRecord;
import dev.holdfast.uplink.encryption.MetadataCipher;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.encryption.RecordPlace;
import dev.holdfast.uplink.encryption.RecordType;
import dev.holdfast.uplink.encryption.SummaryRecord;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Seals objects into rows and opens rows again. Stateless. */
public final class ObjectRows {
  private static final long FIRST_REVISION = 1;
  private static final int MADE_UP_ETAG_BYTES = 16;

  private ObjectRows() {}

  /**
   * What a new object's row says.
   *
   * @param objectId drawn by the uplink
   * @param expiresMillis 0: never
   */
  public record Content(
      byte[] objectId,
      SecretBytes objectKey,
      String etag,
      Optional<Checksum> checksum,
      ObjectMetadata metadata,
      DetailRecord detail,
      long expiresMillis) {
    long sizeBytes() {
      return detail.parts().stream().mapToLong(ObjectPart::sizeBytes).reduce(0, Math::addExact);
    }
  }

  /** Seals a new object. */
  public static OpenedObject seal(
      ObjectPath path, String key, Content content, SecureRandom random) {
    byte[] objectId = content.objectId();
    MetadataCipher cipher = new MetadataCipher(content.objectKey());
    RecordPlace place = RecordPlace.ofObject(path, objectId, FIRST_REVISION);
    byte[] detail = cipher.seal(RecordType.DETAIL, place, content.detail().toBytes(), random);
    SummaryRecord summary =
        new SummaryRecord(
            content.sizeBytes(),
            content.etag(),
            content.checksum(),
            content.metadata().contentType(),
            SummaryRecord.digestOf(detail));
    ObjectRow row =
        keyedRow(path, objectId, content.objectKey())
            .setEncryptedSummary(
                ByteString.copyFrom(
                    cipher.seal(RecordType.SUMMARY, place, summary.toBytes(), random)))
            .setEncryptedDetail(ByteString.copyFrom(detail))
            .setExpiresMillis(content.expiresMillis())
            .setStoredPlainBytes(summary.sizeBytes())
            .setRevision(FIRST_REVISION)
            .setEtagToken(ByteString.copyFrom(path.etagToken(summary.etag())))
            .build();
    return new OpenedObject(path, key, content.objectKey(), row, summary, content.detail());
  }

  /** A row with nothing but the name, the id and the wrapped key. */
  public static ObjectRow.Builder keyedRow(
      ObjectPath path, byte[] objectId, SecretBytes objectKey) {
    return ObjectRow.newBuilder()
        .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
        .setObjectId(ByteString.copyFrom(objectId))
        .setWrapType(ObjectPath.WRAP_TYPE)
        .setKeyEpoch(path.keyEpoch())
        .setWrappedObjectKey(ByteString.copyFrom(path.wrap(objectKey, objectId)));
  }

  /**
   * Opens a row with both records.
   *
   * @throws HoldfastException with {@code content-altered} when anything in it is not what was
   *     written
   */
  public static OpenedObject open(ObjectPath path, String key, ObjectRow row) {
    SecretBytes objectKey = objectKey(path, row);
    SummaryRecord summary = summary(path, row, objectKey);
    byte[] sealedDetail = row.getEncryptedDetail().toByteArray();
    if (!summary.names(sealedDetail)) {
      throw altered("its two metadata records do not belong together");
    }
    DetailRecord detail =
        DetailRecord.parse(
            new MetadataCipher(objectKey).open(RecordType.DETAIL, place(path, row), sealedDetail));
    long size = detail.parts().stream().mapToLong(ObjectPart::sizeBytes).reduce(0, Math::addExact);
    if (size != summary.sizeBytes()) {
      throw altered("its parts do not add up to its size");
    }
    return new OpenedObject(path, key, objectKey, row, summary, detail);
  }

  /** Opens a row's summary alone. */
  public static SummaryRecord openSummary(ObjectPath path, ObjectRow row) {
    return summary(path, row, objectKey(path, row));
  }

  /** Unwraps a row's object key after checking that it is the row of the name asked for. */
  public static SecretBytes objectKey(ObjectPath path, ObjectRow row) {
    if (!row.getEncryptedKey().equals(ByteString.copyFrom(path.encodedKey()))) {
      throw altered("the satellite answered the row of another name");
    }
    return path.unwrap(
        row.getWrappedObjectKey().toByteArray(),
        row.getWrapType(),
        row.getKeyEpoch(),
        row.getObjectId().toByteArray());
  }

  /** An ETag for an object whose writer gave none: stable, and not to be taken for an MD5. */
  public static String madeUpEtag(byte[] partDigest) {
    return HexFormat.of().formatHex(partDigest, 0, MADE_UP_ETAG_BYTES) + "-1";
  }

  /** Digest of an object's content from that of its only part. */
  public static byte[] contentDigest(long sizeBytes, byte[] partDigest) {
    ContentDigest digest = ContentDigest.ofObject();
    return (sizeBytes == 0 ? digest : digest.add(partDigest)).finish();
  }

  public static HoldfastException altered(String why) {
    return new HoldfastException(
        ErrorCode.CONTENT_ALTERED, "The object is not what was written: " + why + ".");
  }

  private static SummaryRecord summary(ObjectPath path, ObjectRow row, SecretBytes objectKey) {
    return SummaryRecord.parse(
        new MetadataCipher(objectKey)
            .open(RecordType.SUMMARY, place(path, row), row.getEncryptedSummary().toByteArray()));
  }

  private static RecordPlace place(ObjectPath path, ObjectRow row) {
    if (row.getRevision() < FIRST_REVISION) {
      throw altered("its revision is " + row.getRevision() + ", the first is 1");
    }
    return RecordPlace.ofObject(path, row.getObjectId().toByteArray(), row.getRevision());
  }
}
