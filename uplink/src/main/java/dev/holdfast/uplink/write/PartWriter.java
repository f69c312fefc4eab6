package dev.holdfast.uplink.write;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.CommitPartRequest;
import dev.holdfast.protocol.wire.PartRow;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.encryption.MetadataCipher;
import dev.holdfast.uplink.encryption.PartRecord;
import dev.holdfast.uplink.encryption.RecordPlace;
import dev.holdfast.uplink.encryption.RecordType;
import dev.holdfast.uplink.metadataclient.RetryPolicy;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.ProjectAccess;
import java.io.IOException;

/** One attempt of a part of a multipart upload on its way in. Confined to one thread. */
public final class PartWriter implements PartUpload {
  private final ProjectAccess access;
  private final PartTarget target;
  private final PartStream stream;
  private boolean ended;

  public PartWriter(ProjectAccess access, PartTarget target, int maxInlineBytes) {
    this.access = access;
    this.target = target;
    this.stream = new PartStream(access, target, maxInlineBytes);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireOpen();
    stream.write(bytes, offset, length);
  }

  @Override
  public ObjectPart commit(CommitOptions options) throws IOException {
    requireOpen();
    PartStream.Finished finished = stream.finish();
    byte[] digest = finished.digest().finish();
    String etag = options.etag().orElseGet(() -> ObjectRows.madeUpEtag(digest));
    PartRecord record = new PartRecord(finished.sizeBytes(), etag, options.checksum(), digest);
    byte[] sealed =
        new MetadataCipher(target.objectKey())
            .seal(
                RecordType.PART,
                RecordPlace.ofPart(target.objectId(), target.part(), target.attemptId()),
                record.toBytes(),
                access.random());
    CommitPartRequest request =
        CommitPartRequest.newBuilder()
            .setBucket(target.path().bucket())
            .setEncryptedKey(ByteString.copyFrom(target.path().encodedKey()))
            .setObjectId(ByteString.copyFrom(target.objectId()))
            .setPart(
                PartRow.newBuilder()
                    .setPart(target.part())
                    .setAttemptId(ByteString.copyFrom(target.attemptId()))
                    .setEncryptedRecord(ByteString.copyFrom(sealed))
                    .setStoredPlainBytes(finished.sizeBytes()))
            .addSegments(finished.lastSegment())
            .setSegmentCount(finished.segmentCount())
            .build();
    try {
      var unused = access.client().call(stub -> stub.commitPart(request));
    } catch (HoldfastException e) {
      ended = RetryPolicy.outcomeUnknown(e.code());
      throw e;
    }
    ended = true;
    return new ObjectPart(target.part(), finished.sizeBytes(), etag, options.checksum());
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      stream.abandon();
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("This part's upload has ended.");
    }
  }
}
