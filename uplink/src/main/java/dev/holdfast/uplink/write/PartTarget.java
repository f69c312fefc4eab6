package dev.holdfast.uplink.write;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.wire.BeginSegmentRequest;
import dev.holdfast.protocol.wire.CancelUploadRequest;
import dev.holdfast.protocol.wire.CommitSegmentRequest;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.uplink.encryption.ObjectPath;
import java.util.Collection;

/**
 * Which attempt of which part of which object the segments belong to.
 *
 * @param objectKey a secret
 * @param part 1 without multipart
 * @param expiresMillis 0: never
 */
@SuppressWarnings("ArrayRecordComponent") // ids that are copied into messages, never compared
public record PartTarget(
    ObjectPath path,
    byte[] objectId,
    byte[] attemptId,
    SecretBytes objectKey,
    int part,
    long expiresMillis) {
  BeginSegmentRequest begin(int index, long maxPlainBytes) {
    return BeginSegmentRequest.newBuilder()
        .setBucket(path.bucket())
        .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
        .setObjectId(ByteString.copyFrom(objectId))
        .setAttemptId(ByteString.copyFrom(attemptId))
        .setPart(part)
        .setIndex(index)
        .setMaxPlainBytes(maxPlainBytes)
        .setObjectExpiresMillis(expiresMillis)
        .build();
  }

  CommitSegmentRequest commit(CommittedSegment segment) {
    return CommitSegmentRequest.newBuilder()
        .setBucket(path.bucket())
        .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
        .setObjectId(ByteString.copyFrom(objectId))
        .setAttemptId(ByteString.copyFrom(attemptId))
        .setSegment(segment)
        .build();
  }

  CancelUploadRequest cancel(Collection<ByteString> segmentTokens) {
    return CancelUploadRequest.newBuilder()
        .setBucket(path.bucket())
        .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
        .setObjectId(ByteString.copyFrom(objectId))
        .setAttemptId(ByteString.copyFrom(attemptId))
        .addAllSegmentTokens(segmentTokens)
        .build();
  }
}
