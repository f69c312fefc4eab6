package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commits segments and objects without multipart. Thread-safe. */
public final class ObjectCommits {
  private final MetadataStore store;
  private final AttemptCompletion completion;
  private final ObjectPlacement placement;

  public ObjectCommits(MetadataStore store) {
    this.store = store;
    this.completion = new AttemptCompletion(store);
    this.placement = new ObjectPlacement(store);
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
    UUID bucketId = Buckets.require(connection, address.projectId(), address.bucket()).id();
    AttemptCompletion.Plan plan =
        completion.plan(
            connection,
            new AttemptRows.Pending(
                new AttemptRows.Key(request.object().objectId(), request.attemptId()),
                bucketId,
                address.encryptedKey(),
                1),
            request.segments());
    AttemptCompletion.SegmentBounds bounds =
        new AttemptCompletion.SegmentBounds(
            request.segmentCount(), request.object().expiresMillis());
    if (bounds.isMissingAny(plan.all())) {
      Optional<Committed> earlier = placement.earlier(connection, bucketId, request.object());
      if (earlier.isPresent()) {
        return earlier.get();
      }
    }
    long plainBytes = bounds.check(plan.all());
    return switch (placement.place(
        connection,
        bucketId,
        request.object().sized(plainBytes),
        request.conditions(),
        request.mayReplace())) {
      case ObjectPlacement.Earlier earlier -> earlier.committed();
      case ObjectPlacement.Placed placed -> {
        UsageChange change = completion.apply(connection, address.projectId(), plan);
        PartRows.insert(
            connection,
            request.object().objectId(),
            new ObjectPart(
                1,
                request.attemptId(),
                ByteString.EMPTY,
                plainBytes,
                placed.committed().createdMillis()));
        store.usage().append(connection, address.projectId(), change.plus(placed.change()));
        yield placed.committed();
      }
    };
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
}
