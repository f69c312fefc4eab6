package dev.holdfast.uplink.write;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.CommitObjectRequest;
import dev.holdfast.protocol.wire.CommitObjectResponse;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.encryption.DetailRecord;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.metadataclient.RetryPolicy;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.OpenedObject;
import dev.holdfast.uplink.object.ProjectAccess;
import dev.holdfast.uplink.object.WireConditions;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An object without multipart on its way in. Confined to one thread. */
public final class ObjectWriter implements ObjectUpload {
  private static final int ONLY_PART = 1;

  private final ProjectAccess access;
  private final ObjectPath path;
  private final String key;
  private final UploadOptions options;
  private final PartTarget target;
  private final PartStream stream;
  private final Runnable onCommit;
  private boolean ended;

  /**
   * @param maxInlineBytes what the satellite takes inline
   * @param onCommit told when the object may have become visible
   */
  public ObjectWriter(
      ProjectAccess access,
      ObjectPath path,
      String key,
      UploadOptions options,
      int maxInlineBytes,
      Runnable onCommit) {
    this.access = access;
    this.onCommit = onCommit;
    this.path = path;
    this.key = key;
    this.options = options;
    this.target =
        new PartTarget(
            path,
            access.drawId(),
            access.drawId(),
            SecretBytes.random(32, access.random()),
            ONLY_PART,
            options.expires().map(Instant::toEpochMilli).orElse(0L));
    this.stream = new PartStream(access, target, maxInlineBytes);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireOpen();
    stream.write(bytes, offset, length);
  }

  @Override
  public ObjectStat commit(CommitOptions commit) throws IOException {
    requireOpen();
    PartStream.Finished finished = stream.finish();
    OpenedObject object = sealed(finished, commit);
    CommitObjectRequest request =
        CommitObjectRequest.newBuilder()
            .setBucket(path.bucket())
            .setAttemptId(ByteString.copyFrom(target.attemptId()))
            .setObject(object.row())
            .addSegments(finished.lastSegment())
            .setSegmentCount(finished.segmentCount())
            .setConditions(WireConditions.of(path, commit.conditions()))
            .build();
    CommitObjectResponse response;
    try {
      response = access.client().call(stub -> stub.commitObject(request));
    } catch (HoldfastException e) {
      // An object that may have been committed keeps its pieces; if it was not, they go after the
      // commit window.
      ended = RetryPolicy.outcomeUnknown(e.code());
      throw e;
    } finally {
      onCommit.run();
    }
    ended = true;
    return object.stat(response.getVersion(), response.getCreatedMillis());
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      stream.abandon();
    }
  }

  private OpenedObject sealed(PartStream.Finished finished, CommitOptions commit) {
    ObjectMetadata metadata = options.metadata();
    byte[] partDigest = finished.digest().finish();
    DetailRecord detail =
        new DetailRecord(
            false,
            (int) BlockLayout.SEGMENT_MAX_PLAIN_BYTES,
            List.of(new ObjectPart(ONLY_PART, finished.sizeBytes(), "", Optional.empty())),
            ObjectRows.contentDigest(finished.sizeBytes(), partDigest),
            metadata.headers(),
            metadata.user(),
            metadata.tags());
    return ObjectRows.seal(
        path,
        key,
        new ObjectRows.Content(
            target.objectId(),
            target.objectKey(),
            commit.etag().orElseGet(() -> ObjectRows.madeUpEtag(partDigest)),
            commit.checksum(),
            metadata,
            detail,
            target.expiresMillis()),
        access.random());
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("This upload has ended.");
    }
  }
}
