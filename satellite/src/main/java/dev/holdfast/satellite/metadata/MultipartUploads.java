package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Begins, fills, lists and aborts multipart uploads. They do not expire. Thread-safe. */
public final class MultipartUploads {
  /** The highest part number, as in S3. */
  public static final int MAX_PART = 10_000;

  /** Most parts or uploads of one page. */
  public static final int MAX_PAGE = 1000;

  private final MetadataStore store;
  private final AttemptCompletion completion;

  public MultipartUploads(MetadataStore store) {
    this.store = store;
    this.completion = new AttemptCompletion(store);
  }

  /** Some parts and whether there are more. */
  public record PartPage(List<ObjectPart> parts, boolean more) {
    public PartPage {
      parts = List.copyOf(parts);
    }
  }

  /** Some uploads and whether there are more. */
  public record UploadPage(List<Upload> uploads, boolean more) {
    public UploadPage {
      uploads = List.copyOf(uploads);
    }
  }

  /**
   * Begins an upload; repeated with the same object id it answers the same.
   *
   * @return when it began
   */
  public long begin(ObjectAddress address, Upload upload) {
    return store
        .database()
        .write(
            UnknownOutcome.REPEAT,
            connection -> {
              UUID bucketId =
                  Buckets.require(connection, address.projectId(), address.bucket()).id();
              Optional<Upload> existing =
                  UploadRows.find(connection, bucketId, address.encryptedKey(), upload.objectId());
              if (existing.isPresent()) {
                return existing.get().createdMillis();
              }
              if (ObjectRows.trace(connection, upload.objectId()).isPresent()
                  || UploadRows.idExists(connection, upload.objectId())) {
                throw new HoldfastException(
                    ErrorCode.BAD_REQUEST,
                    "the object id is in use for another object; draw a new one");
              }
              UploadRows.insert(connection, bucketId, upload);
              return upload.createdMillis();
            });
  }

  /**
   * @throws HoldfastException upload-not-found, bucket-not-found
   */
  public Upload find(ObjectAddress address, ByteString objectId) {
    return store
        .database()
        .read(connection -> {
          UUID bucketId = Buckets.require(connection, address.projectId(), address.bucket()).id();
          return require(connection, bucketId, address, objectId);
        });
  }

  /**
   * A part that an uplink commits.
   *
   * @param segments those that were not committed before
   * @param segmentCount of the whole part
   */
  public record NewPart(
      ObjectAddress address,
      Attempt attempt,
      ByteString encryptedRecord,
      List<NewSegment> segments,
      int segmentCount) {
    public NewPart {
      segments = List.copyOf(segments);
    }
  }

  /**
   * Commits a part; an earlier attempt of the same part goes whole. Repeated with the same attempt
   * it answers the same.
   *
   * @return when the part was committed
   */
  public long commitPart(NewPart part) {
    return store
        .database()
        .write(UnknownOutcome.REPEAT, connection -> commitPart(connection, part));
  }

  private long commitPart(Connection connection, NewPart request) throws SQLException {
    ObjectAddress address = request.address();
    Attempt attempt = request.attempt();
    UUID bucketId = Buckets.require(connection, address.projectId(), address.bucket()).id();
    Upload upload = require(connection, bucketId, address, attempt.objectId());
    Optional<ObjectPart> earlier = PartRows.find(connection, attempt.objectId(), attempt.part());
    if (earlier.isPresent() && earlier.get().attemptId().equals(attempt.attemptId())) {
      return earlier.get().createdMillis();
    }
    UsageChange change = UsageChange.NOTHING;
    if (earlier.isPresent()) {
      PartRows.delete(connection, attempt.objectId(), List.of(attempt.part()));
      change =
          store.removeAttempts(
              connection,
              List.of(new AttemptRows.Key(attempt.objectId(), earlier.get().attemptId())));
    }
    AttemptCompletion.Plan plan =
        completion.plan(
            connection,
            new AttemptRows.Pending(
                new AttemptRows.Key(attempt.objectId(), attempt.attemptId()),
                bucketId,
                address.encryptedKey(),
                attempt.part()),
            request.segments());
    long plainBytes =
        new AttemptCompletion.SegmentBounds(request.segmentCount(), upload.expiresMillis())
            .check(plan.all());
    change = change.plus(completion.apply(connection, address.projectId(), plan));
    ObjectPart part =
        new ObjectPart(
            attempt.part(),
            attempt.attemptId(),
            request.encryptedRecord(),
            plainBytes,
            store.nowMillis());
    PartRows.insert(connection, attempt.objectId(), part);
    store.usage().append(connection, address.projectId(), change);
    return part.createdMillis();
  }

  /**
   * @param afterPart exclusive
   * @param limit 1 to {@link #MAX_PAGE}
   */
  public PartPage listParts(ObjectAddress address, ByteString objectId, int afterPart, int limit) {
    return store
        .database()
        .read(connection -> {
          UUID bucketId = Buckets.require(connection, address.projectId(), address.bucket()).id();
          require(connection, bucketId, address, objectId);
          List<ObjectPart> parts = PartRows.list(connection, objectId, afterPart, limit + 1);
          boolean more = parts.size() > limit;
          return new PartPage(more ? parts.subList(0, limit) : parts, more);
        });
  }

  /**
   * Uploads below an encoded directory, by key, then object id.
   *
   * @param after exclusive; both empty: from the start
   */
  public UploadPage list(
      ObjectAddress directory, ByteString afterKey, ByteString afterObjectId, int limit) {
    return store
        .database()
        .read(connection -> {
          UUID bucketId =
              Buckets.require(connection, directory.projectId(), directory.bucket()).id();
          KeyRange below = KeyRange.below(directory.encryptedKey());
          KeyRange range = afterKey.isEmpty() ? below : below.startingAt(afterKey);
          boolean inside = range.from().equals(afterKey);
          List<Upload> uploads =
              range.isEmpty()
                  ? List.of()
                  : UploadRows.range(
                      connection,
                      bucketId,
                      range,
                      inside ? afterObjectId : ByteString.EMPTY,
                      limit + 1);
          boolean more = uploads.size() > limit;
          return new UploadPage(more ? uploads.subList(0, limit) : uploads, more);
        });
  }

  /**
   * Gives an upload up with all its parts; one that is gone already is no error for S3, but is
   * told.
   *
   * @param onlyOf null: any; else an upload that another key began is refused
   * @throws HoldfastException upload-not-found, delete-denied
   */
  public void abort(ObjectAddress address, ByteString objectId, Optional<Bytes32> onlyOf) {
    store
        .database()
        .write(
            UnknownOutcome.FAIL,
            connection -> {
              UUID bucketId =
                  Buckets.require(connection, address.projectId(), address.bucket()).id();
              Upload upload = require(connection, bucketId, address, objectId);
              if (onlyOf.isPresent() && !onlyOf.get().equals(upload.creatorTail())) {
                throw new HoldfastException(
                    ErrorCode.DELETE_DENIED,
                    "another API key began this upload and this one may not delete anything");
              }
              UsageChange change = remove(store, connection, bucketId, upload);
              store.usage().append(connection, address.projectId(), change);
              return null;
            });
  }

  /** Takes an upload away with its parts and pending attempts. */
  static UsageChange remove(
      MetadataStore store, Connection connection, UUID bucketId, Upload upload)
      throws SQLException {
    UploadRows.delete(connection, bucketId, upload.encryptedKey(), upload.objectId());
    List<AttemptRows.Key> attempts =
        new ArrayList<>(PartRows.deleteAll(connection, List.of(upload.objectId())));
    for (AttemptRows.Pending pending : AttemptRows.deleteOfObject(connection, upload.objectId())) {
      attempts.add(pending.key());
    }
    return store.removeAttempts(connection, attempts);
  }

  static Upload require(
      Connection connection, UUID bucketId, ObjectAddress address, ByteString objectId)
      throws SQLException {
    return UploadRows.find(connection, bucketId, address.encryptedKey(), objectId)
        .orElseThrow(() ->
            new HoldfastException(
                ErrorCode.UPLOAD_NOT_FOUND,
                "no such multipart upload in bucket '%s': it was completed, aborted or never begun"
                    .formatted(address.bucket())));
  }
}
