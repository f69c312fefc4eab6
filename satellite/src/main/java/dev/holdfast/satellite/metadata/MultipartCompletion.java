package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Makes objects of multipart uploads. Thread-safe. */
public final class MultipartCompletion {
  private final MetadataStore store;
  private final ObjectPlacement placement;

  public MultipartCompletion(MetadataStore store) {
    this.store = store;
    this.placement = new ObjectPlacement(store);
  }

  /** A part that is to stay, in the attempt that the client knows. */
  public record ChosenPart(int part, ByteString attemptId) {}

  /**
   * A completion.
   *
   * @param object its summary, detail and etag token count; the key and expiry are those of the
   *     upload
   * @param parts ascending; others are deleted
   */
  public record Request(
      ObjectAddress address,
      ObjectVersion object,
      List<ChosenPart> parts,
      CommitConditions conditions,
      boolean mayReplace) {
    public Request {
      parts = List.copyOf(parts);
    }
  }

  /**
   * Repeated with the same object id it answers the same.
   *
   * @throws HoldfastException upload-not-found, part-not-found, precondition-failed, delete-denied
   */
  public Committed complete(Request request) {
    return store
        .database()
        .write(UnknownOutcome.REPEAT, connection -> complete(connection, request));
  }

  private Committed complete(Connection connection, Request request) throws SQLException {
    ObjectAddress address = request.address();
    ByteString objectId = request.object().objectId();
    UUID bucketId = Buckets.require(connection, address.projectId(), address.bucket()).id();
    Optional<Committed> earlier = placement.earlier(connection, bucketId, request.object());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Upload upload = MultipartUploads.require(connection, bucketId, address, objectId);
    long plainBytes = 0;
    List<ObjectPart> present = PartRows.list(connection, objectId, 0, MultipartUploads.MAX_PART);
    for (ObjectPart part : chosen(request.parts(), present)) {
      plainBytes += part.plainBytes();
    }
    UsageChange change = dropOthers(connection, objectId, request.parts(), present);
    UploadRows.delete(connection, bucketId, address.encryptedKey(), objectId);
    return switch (placement.place(
        connection,
        bucketId,
        row(request.object(), upload).sized(plainBytes),
        request.conditions(),
        request.mayReplace())) {
      case ObjectPlacement.Earlier again -> again.committed();
      case ObjectPlacement.Placed placed -> {
        store.usage().append(connection, address.projectId(), change.plus(placed.change()));
        yield placed.committed();
      }
    };
  }

  private static List<ObjectPart> chosen(List<ChosenPart> wanted, List<ObjectPart> present) {
    List<ObjectPart> chosen = new ArrayList<>(wanted.size());
    int position = 0;
    for (ChosenPart want : wanted) {
      while (position < present.size() && present.get(position).part() < want.part()) {
        position++;
      }
      if (position == present.size()
          || present.get(position).part() != want.part()
          || !present.get(position).attemptId().equals(want.attemptId())) {
        throw new HoldfastException(
            ErrorCode.PART_NOT_FOUND,
            "part %d is not committed, or was replaced by another attempt; list the parts again"
                .formatted(want.part()));
      }
      chosen.add(present.get(position));
    }
    return chosen;
  }

  private UsageChange dropOthers(
      Connection connection, ByteString objectId, List<ChosenPart> wanted, List<ObjectPart> present)
      throws SQLException {
    Set<Integer> kept = new HashSet<>();
    wanted.forEach(part -> kept.add(part.part()));
    List<AttemptRows.Key> attempts = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (ObjectPart part : present) {
      if (!kept.contains(part.part())) {
        numbers.add(part.part());
        attempts.add(new AttemptRows.Key(objectId, part.attemptId()));
      }
    }
    PartRows.delete(connection, objectId, numbers);
    for (AttemptRows.Pending pending : AttemptRows.deleteOfObject(connection, objectId)) {
      attempts.add(pending.key());
    }
    return store.removeAttempts(connection, attempts);
  }

  /** Segments are wrapped under the key that the upload began with, so that key stays. */
  private static ObjectVersion row(ObjectVersion finished, Upload upload) {
    return new ObjectVersion(
        finished.encryptedKey(),
        0,
        finished.objectId(),
        upload.wrapType(),
        upload.keyEpoch(),
        upload.wrappedObjectKey(),
        finished.encryptedSummary(),
        finished.encryptedDetail(),
        finished.etagToken(),
        0,
        0,
        upload.expiresMillis(),
        finished.revision());
  }
}
