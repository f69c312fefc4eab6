package dev.holdfast.uplink.multipart;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.wire.AbortMultipartRequest;
import dev.holdfast.protocol.wire.BeginMultipartRequest;
import dev.holdfast.protocol.wire.ListPartsResponse;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.PartPage;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.encryption.DetailRecord;
import dev.holdfast.uplink.encryption.MetadataCipher;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.encryption.RecordType;
import dev.holdfast.uplink.encryption.UploadRecord;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.ProjectAccess;
import dev.holdfast.uplink.write.PartTarget;
import dev.holdfast.uplink.write.PartWriter;
import java.time.Instant;
import java.util.List;

/** Begins, feeds and aborts multipart uploads. Thread-safe. */
public final class MultipartUploads {
  private static final int MAX_PAGE = 1000;

  private final ProjectAccess access;

  public MultipartUploads(ProjectAccess access) {
    this.access = access;
  }

  /** Begins an upload; answers its id. */
  public String begin(String bucket, String key, UploadOptions options) {
    ObjectPath path = access.keys().object(bucket, key);
    byte[] objectId = access.drawId();
    SecretBytes objectKey = SecretBytes.random(32, access.random());
    ObjectMetadata metadata = options.metadata();
    byte[] record =
        new MetadataCipher(objectKey)
            .seal(
                RecordType.UPLOAD,
                OpenedUpload.place(path, objectId),
                new UploadRecord(metadata).toBytes(),
                access.random());
    ObjectRow row =
        ObjectRows.keyedRow(path, objectId, objectKey)
            .setEncryptedDetail(ByteString.copyFrom(record))
            .setExpiresMillis(options.expires().map(Instant::toEpochMilli).orElse(0L))
            .build();
    BeginMultipartRequest request =
        BeginMultipartRequest.newBuilder().setBucket(bucket).setObject(row).build();
    var unused = access.client().call(stub -> stub.beginMultipart(request));
    return UploadId.encode(objectId);
  }

  /** Starts one attempt of a part. */
  public PartUpload part(String bucket, String key, String uploadId, int part, int maxInlineBytes) {
    if (part < 1 || part > DetailRecord.MAX_PARTS) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "Parts are numbered 1 to " + DetailRecord.MAX_PARTS + "; this one is " + part + ".");
    }
    OpenedUpload upload = find(bucket, key, uploadId);
    PartTarget target =
        new PartTarget(
            upload.path(),
            upload.objectId(),
            access.drawId(),
            upload.objectKey(),
            part,
            upload.row().getExpiresMillis());
    return new PartWriter(access, target, maxInlineBytes);
  }

  /** Committed parts in order of their numbers. */
  public PartPage parts(String bucket, String key, String uploadId, int afterPart, int limit) {
    OpenedUpload upload = find(bucket, key, uploadId);
    ListPartsResponse page = upload.parts(access, afterPart, Math.clamp(limit, 1, MAX_PAGE));
    List<PartPage.ListedPart> parts =
        page.getPartsList().stream()
            .map(row ->
                new PartPage.ListedPart(
                    upload.open(row).part(), Instant.ofEpochMilli(row.getCreatedMillis())))
            .toList();
    return new PartPage(parts, page.getMore());
  }

  /** Gives an upload up; its parts are deleted. */
  public void abort(String bucket, String key, String uploadId) {
    ObjectPath path = access.keys().object(bucket, key);
    AbortMultipartRequest request =
        AbortMultipartRequest.newBuilder()
            .setBucket(bucket)
            .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
            .setObjectId(ByteString.copyFrom(UploadId.decode(uploadId)))
            .build();
    var unused = access.client().call(stub -> stub.abortMultipart(request));
  }

  private OpenedUpload find(String bucket, String key, String uploadId) {
    return OpenedUpload.find(access, access.keys().object(bucket, key), UploadId.decode(uploadId));
  }
}
