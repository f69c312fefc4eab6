package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.projects.Bucket;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Commits segments and objects without multipart. Thread-safe. */
public final class ObjectCommits {
  private final MetadataStore store;
  private final AttemptCompletion completion;

  public ObjectCommits(MetadataStore store) {
    this.store = store;
    this.completion = new AttemptCompletion(store);
  }

  /**
   * Refuses an upload early that has nowhere to go.
   *
   * @throws HoldfastException bucket-not-found
   */
  public void requireBucket(ObjectAddress address) {
    store
        .database()
        .read(
            connection -> Buckets.require(connection, address.projectId(), address.bucket()).id());
  }

  /**
   * Hangs a segment on its attempt, which lives on for a commit window. Repeating it changes
   * nothing; another segment with the same index replaces the earlier one.
   */
  public void commitSegment(ObjectAddress address, Attempt attempt, NewSegment segment) {
    store
        .database()
        .write(
            UnknownOutcome.REPEAT,
            connection -> {
              commitSegment(connection, address, attempt, segment);
              return null;
            });
  }

  private void commitSegment(
      Connection connection, ObjectAddress address, Attempt attempt, NewSegment segment)
      throws SQLException {
    UUID bucketId = Buckets.require(connection, address.projectId(), address.bucket()).id();
    AttemptRows.Key key = new AttemptRows.Key(attempt.objectId(), attempt.attemptId());
    AttemptRows.Pending pending =
        new AttemptRows.Pending(key, bucketId, address.encryptedKey(), attempt.part());
    Optional<AttemptRows.Pending> existing = AttemptRows.find(connection, key);
    if (existing.isPresent()) {
      AttemptCompletion.belongs(existing.get(), pending);
    } else if (ObjectRows.idExists(connection, attempt.objectId())) {
      throw idInUse();
    }
    UsageChange change = UsageChange.NOTHING;
    int index = segment.segment().index();
    SegmentSummary earlier =
        existing.isEmpty()
            ? null
            : SegmentRows.summaries(connection, attempt.objectId(), attempt.attemptId()).get(index);
    AttemptRows.touch(connection, pending, store.attemptExpiresMillis());
    if (earlier != null) {
      if (AttemptCompletion.isSame(earlier, segment)) {
        return;
      }
      change =
          store.release(
              connection,
              SegmentRows.delete(
                  connection, attempt.objectId(), attempt.attemptId(), List.of(index)));
    }
    change = change.plus(store.addSegments(connection, address.projectId(), key, List.of(segment)));
    store.usage().append(connection, address.projectId(), change);
  }

  /**
   * Makes the object the current version of its key, in one transaction. A commit repeated with the
   * same object id gets the same answer, whatever the conditions and whatever happened to the
   * object since.
   *
   * @throws HoldfastException precondition-failed, delete-denied, segment-missing,
   *     segment-token-invalid, bucket-not-found
   */
  public Committed commitObject(NewObject request) {
    return store
        .database()
        .write(UnknownOutcome.REPEAT, connection -> commitObject(connection, request));
  }

  private Committed commitObject(Connection connection, NewObject request) throws SQLException {
    ObjectAddress address = request.address();
    Bucket bucket = Buckets.require(connection, address.projectId(), address.bucket());
    ByteString objectId = request.object().objectId();
    Optional<ObjectVersion> current =
        ObjectRows.current(connection, bucket.id(), address.encryptedKey());
    Optional<Committed> earlier = earlierCommit(connection, bucket.id(), current, objectId);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    long now = store.nowMillis();
    AttemptRows.Pending attempt =
        new AttemptRows.Pending(
            new AttemptRows.Key(objectId, request.attemptId()),
            bucket.id(),
            address.encryptedKey(),
            1);
    UsageChange change =
        replace(
            connection,
            bucket.id(),
            current.orElse(null),
            request.conditions(),
            request.mayReplace());
    AttemptCompletion.Completed completed =
        completion.complete(
            connection,
            address.projectId(),
            attempt,
            request.segments(),
            new AttemptCompletion.SegmentBounds(
                request.segmentCount(), request.object().expiresMillis()));
    PartRows.insert(
        connection,
        objectId,
        new ObjectPart(1, request.attemptId(), ByteString.EMPTY, completed.plainBytes(), now));
    ObjectVersion placed =
        request.object().placed(nextVersion(now, current), completed.plainBytes(), now);
    ObjectRows.insert(connection, bucket.id(), placed);
    store
        .usage()
        .append(
            connection,
            address.projectId(),
            change.plus(completed.change()).plus(UsageChange.object(placed.plainBytes())));
    return new Committed(placed.version(), placed.createdMillis());
  }

  /**
   * Gives up an upload: pieces offered for it and the segments committed for it. Nothing happens to
   * what an earlier commit, whose answer was lost, made part of an object.
   */
  public void cancel(
      ObjectAddress address,
      @Nullable Attempt attempt,
      Map<RootPieceId, List<PlacedPiece>> offered) {
    store
        .database()
        .write(
            UnknownOutcome.REPEAT,
            connection -> {
              if (attempt != null) {
                cancelAttempt(
                    connection,
                    address,
                    new AttemptRows.Key(attempt.objectId(), attempt.attemptId()));
              }
              store.abandonPieces(connection, offered);
              return null;
            });
  }

  private void cancelAttempt(Connection connection, ObjectAddress address, AttemptRows.Key attempt)
      throws SQLException {
    UUID bucketId = Buckets.require(connection, address.projectId(), address.bucket()).id();
    Optional<AttemptRows.Pending> pending = AttemptRows.find(connection, attempt);
    if (pending.isPresent()
        && pending.get().bucketId().equals(bucketId)
        && pending.get().encryptedKey().equals(address.encryptedKey())) {
      AttemptRows.delete(connection, attempt);
      UsageChange change = store.removeAttempts(connection, List.of(attempt));
      store.usage().append(connection, address.projectId(), change);
    }
  }

  /** The answer of an earlier commit of this object id, if there was one. */
  static Optional<Committed> earlierCommit(
      Connection connection, UUID bucketId, Optional<ObjectVersion> current, ByteString objectId)
      throws SQLException {
    if (current.isPresent() && current.get().objectId().equals(objectId)) {
      return Optional.of(new Committed(current.get().version(), current.get().createdMillis()));
    }
    Optional<Committed> retired = RetiredObjects.find(connection, bucketId, objectId);
    if (retired.isEmpty() && ObjectRows.idExists(connection, objectId)) {
      throw idInUse();
    }
    return retired;
  }

  /** Checks the conditions and takes the current version away, if there is one. */
  UsageChange replace(
      Connection connection,
      UUID bucketId,
      @Nullable ObjectVersion current,
      CommitConditions conditions,
      boolean mayReplace)
      throws SQLException {
    ObjectVersion visible = current != null && store.isAlive(current) ? current : null;
    conditions.check(visible);
    if (visible != null && !mayReplace) {
      throw new HoldfastException(
          ErrorCode.DELETE_DENIED,
          "an object of this name exists and this API key may not replace it; choose another name");
    }
    return current == null
        ? UsageChange.NOTHING
        : store.removeObjects(connection, bucketId, List.of(current));
  }

  /**
   * Rises with every replacement without a sequence: microseconds, or one more than the one before.
   */
  static long nextVersion(long nowMillis, Optional<ObjectVersion> current) {
    long byTime = TimeUnit.MILLISECONDS.toMicros(nowMillis);
    return current.map(c -> Math.max(byTime, c.version() + 1)).orElse(byTime);
  }

  private static HoldfastException idInUse() {
    return new HoldfastException(
        ErrorCode.BAD_REQUEST, "the object id is in use for another object; draw a new one");
  }
}
