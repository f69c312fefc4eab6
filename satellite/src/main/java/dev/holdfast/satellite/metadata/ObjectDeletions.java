package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.satellite.database.UnknownOutcome;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Deletes objects and emptied buckets. Thread-safe. */
public final class ObjectDeletions {
  /** Small enough that a transaction of objects with many segments stays short. */
  private static final int BATCH = 100;

  /** Leftovers (expired objects, abandoned uploads) that a bucket's removal takes along. */
  private static final int MAX_LEFTOVERS = 1000;

  private final MetadataStore store;

  public ObjectDeletions(MetadataStore store) {
    this.store = store;
  }

  /**
   * Deletes objects of one bucket, in several transactions.
   *
   * @return what became of each, in the order asked
   */
  public List<Deletion.Outcome> delete(UUID projectId, String bucket, List<Deletion> deletions) {
    List<Deletion.Outcome> outcomes = new ArrayList<>(deletions.size());
    for (int from = 0; from < deletions.size(); from += BATCH) {
      List<Deletion> batch = deletions.subList(from, Math.min(from + BATCH, deletions.size()));
      // A run that is repeated after a lost answer reports what it deleted as absent: S3 says the
      // same
      // of both.
      outcomes.addAll(
          store
              .database()
              .write(
                  UnknownOutcome.REPEAT,
                  connection -> deleteBatch(connection, projectId, bucket, batch)));
    }
    return outcomes;
  }

  private List<Deletion.Outcome> deleteBatch(
      Connection connection, UUID projectId, String bucket, List<Deletion> batch)
      throws SQLException {
    UUID bucketId = Buckets.require(connection, projectId, bucket).id();
    List<Deletion.Outcome> outcomes = new ArrayList<>(batch.size());
    List<ObjectVersion> doomed = new ArrayList<>();
    Set<ByteString> doomedIds = new HashSet<>();
    for (Deletion deletion : batch) {
      Optional<ObjectVersion> found =
          ObjectRows.version(connection, bucketId, deletion.encryptedKey(), deletion.version());
      if (found.isEmpty()
          || !store.isAlive(found.get())
          || doomedIds.contains(found.get().objectId())) {
        outcomes.add(Deletion.Outcome.ABSENT);
      } else if (!deletion.ifMatch().isEmpty()
          && !deletion.ifMatch().contains(found.get().etagToken())) {
        outcomes.add(Deletion.Outcome.PRECONDITION_FAILED);
      } else {
        doomed.add(found.get());
        doomedIds.add(found.get().objectId());
        outcomes.add(Deletion.Outcome.DELETED);
      }
    }
    UsageChange change = store.removeObjects(connection, doomed);
    store.usage().append(connection, projectId, change);
    return outcomes;
  }

  /**
   * Removes a bucket without objects; uploads that were never completed go with it.
   *
   * @throws HoldfastException bucket-not-found, bucket-not-empty
   */
  public void deleteBucket(UUID projectId, String name) {
    store
        .database()
        .write(
            UnknownOutcome.FAIL,
            connection -> {
              UUID bucketId = Buckets.require(connection, projectId, name).id();
              UsageChange change =
                  removeObjects(connection, bucketId, name)
                      .plus(removeUploads(connection, bucketId, name))
                      .plus(removeAttempts(connection, bucketId, name));
              store.usage().append(connection, projectId, change);
              try (PreparedStatement delete =
                  connection.prepareStatement("DELETE FROM buckets WHERE bucket_id = ?")) {
                delete.setObject(1, bucketId);
                return delete.executeUpdate();
              }
            });
  }

  private UsageChange removeObjects(Connection connection, UUID bucketId, String name)
      throws SQLException {
    List<ObjectVersion> objects = ObjectRows.some(connection, bucketId, MAX_LEFTOVERS + 1);
    if (objects.size() > MAX_LEFTOVERS || objects.stream().anyMatch(store::isAlive)) {
      throw notEmpty(name, "holds objects; delete them first");
    }
    UsageChange change = store.removeObjects(connection, objects);
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM objects WHERE bucket_id = ?")) {
      delete.setObject(1, bucketId);
      delete.executeUpdate();
    }
    return change;
  }

  private UsageChange removeUploads(Connection connection, UUID bucketId, String name)
      throws SQLException {
    List<Upload> uploads =
        UploadRows.range(connection, bucketId, KeyRange.ALL, ByteString.EMPTY, MAX_LEFTOVERS + 1);
    if (uploads.size() > MAX_LEFTOVERS) {
      throw notEmpty(name, "has more than " + MAX_LEFTOVERS + " open uploads; abort them first");
    }
    UsageChange change = UsageChange.NOTHING;
    for (Upload upload : uploads) {
      change = change.plus(MultipartUploads.remove(store, connection, bucketId, upload));
    }
    return change;
  }

  private UsageChange removeAttempts(Connection connection, UUID bucketId, String name)
      throws SQLException {
    List<AttemptRows.Pending> attempts =
        AttemptRows.deleteOfBucket(connection, bucketId, MAX_LEFTOVERS + 1);
    if (attempts.size() > MAX_LEFTOVERS) {
      throw notEmpty(
          name, "has more than " + MAX_LEFTOVERS + " uploads under way; try again later");
    }
    return store.removeAttempts(
        connection, attempts.stream().map(AttemptRows.Pending::key).toList());
  }

  private static HoldfastException notEmpty(String name, String reason) {
    return new HoldfastException(ErrorCode.BUCKET_NOT_EMPTY, "bucket '" + name + "' " + reason);
  }
}
