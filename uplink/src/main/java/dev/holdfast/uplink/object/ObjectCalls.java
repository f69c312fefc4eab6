package dev.holdfast.uplink.object;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.CommitObjectResponse;
import dev.holdfast.protocol.wire.CopyObjectRequest;
import dev.holdfast.protocol.wire.DeleteObjectsRequest;
import dev.holdfast.protocol.wire.DeleteObjectsResponse;
import dev.holdfast.protocol.wire.ObjectRef;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DeleteResult;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.encryption.DetailRecord;
import dev.holdfast.uplink.encryption.ObjectPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls on whole objects that move no bytes: open, delete, copy. Thread-safe. */
public final class ObjectCalls {
  private static final int MAX_DELETES = 1000;

  private final ProjectAccess access;

  public ObjectCalls(ProjectAccess access) {
    this.access = access;
  }

  /** Opens an object's row with both records. */
  public OpenedObject open(String bucket, String key, long version) {
    return open(access.keys().object(bucket, key), key, version);
  }

  private OpenedObject open(ObjectPath path, String key, long version) {
    OpenObjectRequest request =
        OpenObjectRequest.newBuilder()
            .setBucket(path.bucket())
            .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
            .setVersion(version)
            .setWithDetail(true)
            .build();
    return ObjectRows.open(
        path, key, access.client().call(stub -> stub.openObject(request)).getObject());
  }

  /** Deletes one object; answers whether there was one. */
  public boolean delete(String bucket, String key, DeleteOptions options) {
    ObjectPath path = access.keys().object(bucket, key);
    ObjectRef ref =
        ObjectRef.newBuilder()
            .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
            .setVersion(options.version())
            .addAllIfMatchEtagTokens(ProjectAccess.etagTokens(path, options.ifMatch()))
            .build();
    dev.holdfast.protocol.wire.DeleteResult result = delete(bucket, List.of(ref)).getResults(0);
    Optional<ErrorCode> refused = refusal(result);
    if (refused.isPresent()) {
      throw new HoldfastException(
          refused.get(), "The object was not deleted: " + refused.get().stableName() + ".");
    }
    return result.getExisted();
  }

  /** Deletes many objects; a key that is refused does not keep the others. */
  public List<DeleteResult> deleteAll(String bucket, List<String> keys) {
    if (keys.size() > MAX_DELETES) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "At most " + MAX_DELETES + " keys are deleted in one call, not " + keys.size() + ".");
    }
    List<DeleteResult> results = new ArrayList<>();
    List<ObjectRef> refs = new ArrayList<>();
    List<Integer> asked = new ArrayList<>();
    for (String key : keys) {
      try {
        byte[] encodedKey = access.keys().object(bucket, key).encodedKey();
        refs.add(ObjectRef.newBuilder().setEncryptedKey(ByteString.copyFrom(encodedKey)).build());
        asked.add(results.size());
        results.add(new DeleteResult(key, Optional.empty()));
      } catch (HoldfastException e) {
        results.add(new DeleteResult(key, Optional.of(e.code())));
      }
    }
    if (!refs.isEmpty()) {
      DeleteObjectsResponse response = delete(bucket, refs);
      for (int i = 0; i < asked.size(); i++) {
        String key = results.get(asked.get(i)).key();
        results.set(asked.get(i), new DeleteResult(key, refusal(response.getResults(i))));
      }
    }
    return List.copyOf(results);
  }

  private DeleteObjectsResponse delete(String bucket, List<ObjectRef> refs) {
    DeleteObjectsRequest request =
        DeleteObjectsRequest.newBuilder().setBucket(bucket).addAllObjects(refs).build();
    DeleteObjectsResponse response = access.client().call(stub -> stub.deleteObjects(request));
    if (response.getResultsCount() != refs.size()) {
      throw new HoldfastException(
          ErrorCode.INTERNAL,
          "The satellite answered "
              + response.getResultsCount()
              + " results for "
              + refs.size()
              + " deletes.");
    }
    return response;
  }

  private static Optional<ErrorCode> refusal(dev.holdfast.protocol.wire.DeleteResult result) {
    return result.getErrorCode().isEmpty()
        ? Optional.empty()
        : Optional.of(ErrorCode.ofStableName(result.getErrorCode()).orElse(ErrorCode.INTERNAL));
  }

  /**
   * Copies an object: its key is wrapped for the new name, its metadata is sealed anew, its
   * segments are shared.
   *
   * @throws HoldfastException with {@code precondition-failed} when the source's ETag is another,
   *     {@code object-changed} when the source was replaced meanwhile
   */
  public ObjectStat copy(
      String sourceBucket, String sourceKey, String bucket, String key, CopyOptions options) {
    ObjectPath sourcePath = access.keys().object(sourceBucket, sourceKey);
    ObjectPath path = access.keys().object(bucket, key);
    OpenedObject source = open(sourcePath, sourceKey, options.sourceVersion());
    options
        .sourceEtag()
        .filter(etag -> !etag.equals(source.summary().etag()))
        .ifPresent(etag -> {
          throw new HoldfastException(
              ErrorCode.PRECONDITION_FAILED,
              "The source has another ETag than the copy asked for.");
        });
    OpenedObject copy =
        ObjectRows.seal(
            path,
            key,
            content(source, options.metadata().orElseGet(source::metadata)),
            access.random());
    CopyObjectRequest request =
        CopyObjectRequest.newBuilder()
            .setSourceBucket(sourceBucket)
            .setSourceEncryptedKey(ByteString.copyFrom(sourcePath.encodedKey()))
            .setSourceVersion(source.row().getVersion())
            .setSourceObjectId(source.row().getObjectId())
            .setBucket(bucket)
            .setObject(copy.row())
            .setConditions(WireConditions.of(path, options.conditions()))
            .build();
    CommitObjectResponse response = access.client().call(stub -> stub.copyObject(request));
    return copy.stat(response.getVersion(), response.getCreatedMillis());
  }

  private ObjectRows.Content content(OpenedObject source, ObjectMetadata metadata) {
    DetailRecord detail = source.detail();
    return new ObjectRows.Content(
        access.drawId(),
        source.objectKey(),
        source.summary().etag(),
        source.summary().checksum(),
        metadata,
        new DetailRecord(
            detail.multipart(),
            detail.segmentPlainBytes(),
            detail.parts(),
            detail.contentDigest(),
            metadata.headers(),
            metadata.user(),
            metadata.tags()),
        source.row().getExpiresMillis());
  }
}
