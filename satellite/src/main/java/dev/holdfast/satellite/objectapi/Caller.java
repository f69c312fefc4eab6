package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.Action;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.apikey.Decision;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.satellite.metadata.ObjectAddress;
import dev.holdfast.satellite.projects.Project;
import java.time.Instant;

/** Who calls: a project and the genuine key that speaks for it, at one moment. */
record Caller(Project project, ApiKey key, Instant now) {
  /** Names the object and makes sure that the key permits the operation on it. */
  ObjectAddress require(Operation operation, String bucket, ByteString encryptedKey) {
    key.permits(Action.onPath(operation, bucket, encryptedKey.toByteArray(), now)).orThrow();
    return new ObjectAddress(project.id(), bucket, encryptedKey);
  }

  /** The same with either of two operations; what is told is why the first is denied. */
  ObjectAddress requireEither(
      Operation first, Operation second, String bucket, ByteString encryptedKey) {
    byte[] path = encryptedKey.toByteArray();
    Decision decision = key.permits(Action.onPath(first, bucket, path, now));
    if (!decision.isAllowed()
        && !key.permits(Action.onPath(second, bucket, path, now)).isAllowed()) {
      decision.orThrow();
    }
    return new ObjectAddress(project.id(), bucket, encryptedKey);
  }

  void requireOnBucket(Operation operation, String bucket) {
    key.permits(Action.onBucket(operation, bucket, now)).orThrow();
  }

  void requireOnProject(Operation operation) {
    key.permits(Action.onProject(operation, now)).orThrow();
  }

  /** For what any key may ask as long as its time is right. */
  void requireTime() {
    if (key.permits(Action.onProject(Operation.READ, now)) instanceof Decision.Denied denied
        && (denied.code() == ErrorCode.API_KEY_EXPIRED
            || denied.code() == ErrorCode.API_KEY_NOT_YET_VALID)) {
      denied.orThrow();
    }
  }

  /** Whether the key lets an object be replaced. */
  boolean mayReplace() {
    return !key.noDelete();
  }
}
