package dev.holdfast.uplink.multipart;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.wire.FindMultipartRequest;
import dev.holdfast.protocol.wire.ListPartsRequest;
import dev.holdfast.protocol.wire.ListPartsResponse;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.protocol.wire.PartRow;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.encryption.MetadataCipher;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.encryption.PartRecord;
import dev.holdfast.uplink.encryption.RecordPlace;
import dev.holdfast.uplink.encryption.RecordType;
import dev.holdfast.uplink.encryption.UploadRecord;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.ProjectAccess;

/**
 * An unfinished multipart upload with its key.
 *
 * @param objectKey a secret
 */
@SuppressWarnings("ArrayRecordComponent") // an id that is copied into messages, never compared
record OpenedUpload(ObjectPath path, byte[] objectId, SecretBytes objectKey, ObjectRow row) {
  /** A part as committed, with the attempt that it consists of. */
  record CommittedPart(ObjectPart part, PartRecord record, PartRow row) {}

  /** Finds an upload of a key. */
  static OpenedUpload find(ProjectAccess access, ObjectPath path, byte[] objectId) {
    FindMultipartRequest request =
        FindMultipartRequest.newBuilder()
            .setBucket(path.bucket())
            .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
            .setObjectId(ByteString.copyFrom(objectId))
            .build();
    ObjectRow row = access.client().call(stub -> stub.findMultipart(request)).getObject();
    if (!row.getObjectId().equals(ByteString.copyFrom(objectId))) {
      throw ObjectRows.altered("the satellite answered another upload than was asked for");
    }
    return new OpenedUpload(path, objectId, ObjectRows.objectKey(path, row), row);
  }

  static RecordPlace place(ObjectPath path, byte[] objectId) {
    return RecordPlace.ofObject(path, objectId, 0);
  }

  /** What the upload was begun with. */
  ObjectMetadata metadata() {
    byte[] record =
        new MetadataCipher(objectKey)
            .open(RecordType.UPLOAD, place(path, objectId), row.getEncryptedDetail().toByteArray());
    return UploadRecord.parse(record).metadata();
  }

  ListPartsResponse parts(ProjectAccess access, int afterPart, int limit) {
    ListPartsRequest request =
        ListPartsRequest.newBuilder()
            .setBucket(path.bucket())
            .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
            .setObjectId(ByteString.copyFrom(objectId))
            .setAfterPart(afterPart)
            .setLimit(limit)
            .build();
    return access.client().call(stub -> stub.listParts(request));
  }

  CommittedPart open(PartRow row) {
    byte[] record =
        new MetadataCipher(objectKey)
            .open(
                RecordType.PART,
                RecordPlace.ofPart(objectId, row.getPart(), row.getAttemptId().toByteArray()),
                row.getEncryptedRecord().toByteArray());
    PartRecord part = PartRecord.parse(record);
    return new CommittedPart(
        new ObjectPart(row.getPart(), part.sizeBytes(), part.etag(), part.checksum()), part, row);
  }
}
