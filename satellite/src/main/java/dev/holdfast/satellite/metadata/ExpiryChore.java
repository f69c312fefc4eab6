package dev.holdfast.satellite.metadata;

import dev.holdfast.satellite.database.TransactionBody;
import dev.holdfast.satellite.database.UnknownOutcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Takes away what has reached its end: expired objects, abandoned attempts, guards that guard
 * nothing any more; folds the usage changes. Idempotent; several satellites may run it at once.
 */
public final class ExpiryChore {
  private static final int BATCH = 100;
  private static final int MAX_BATCHES = 200;

  private final MetadataStore store;

  public ExpiryChore(MetadataStore store) {
    this.store = store;
  }

  /** What one run did. */
  public record Report(int expiredObjects, int abandonedAttempts, int foldedChanges) {}

  /** Works off what is due, bounded; the rest waits for the next run. */
  public Report runOnce() {
    int objects = 0;
    int attempts = 0;
    int folded = 0;
    for (int batch = 0; batch < MAX_BATCHES; batch++) {
      int removed = write(this::removeExpiredObjects);
      int abandoned = write(this::removeAbandonedAttempts);
      int changes = write(store.usage()::fold);
      objects += removed;
      attempts += abandoned;
      folded += changes;
      if (removed < BATCH && abandoned < BATCH && changes == 0) {
        break;
      }
    }
    write(this::removeGuards);
    return new Report(objects, attempts, folded);
  }

  private int write(TransactionBody<Integer> body) {
    return store.database().write(UnknownOutcome.REPEAT, body);
  }

  private int removeExpiredObjects(Connection connection) throws SQLException {
    List<ObjectRows.Doomed> doomed = ObjectRows.expired(connection, store.nowMillis(), BATCH);
    Map<UUID, List<ObjectRows.Doomed>> byBucket = new HashMap<>();
    doomed.forEach(d -> byBucket.computeIfAbsent(d.bucketId(), _ -> new ArrayList<>()).add(d));
    for (Map.Entry<UUID, List<ObjectRows.Doomed>> bucket : byBucket.entrySet()) {
      UsageChange change =
          store.removeObjects(
              connection, bucket.getValue().stream().map(ObjectRows.Doomed::object).toList());
      store.usage().append(connection, bucket.getValue().getFirst().projectId(), change);
    }
    return doomed.size();
  }

  private int removeAbandonedAttempts(Connection connection) throws SQLException {
    List<AttemptRows.Pending> attempts =
        AttemptRows.deleteExpired(connection, store.nowMillis(), BATCH);
    Map<UUID, List<AttemptRows.Key>> byBucket = new HashMap<>();
    attempts.forEach(
        a -> byBucket.computeIfAbsent(a.bucketId(), _ -> new ArrayList<>()).add(a.key()));
    for (Map.Entry<UUID, List<AttemptRows.Key>> bucket : byBucket.entrySet()) {
      UsageChange change = store.removeAttempts(connection, bucket.getValue());
      store.usage().append(connection, projectOf(connection, bucket.getKey()), change);
    }
    return attempts.size();
  }

  private static UUID projectOf(Connection connection, UUID bucketId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT project_id FROM buckets WHERE bucket_id = ?")) {
      select.setObject(1, bucketId);
      try (ResultSet row = select.executeQuery()) {
        row.next(); // a foreign key holds it
        return row.getObject(1, UUID.class);
      }
    }
  }

  private int removeGuards(Connection connection) throws SQLException {
    int removed = 0;
    for (String statement :
        List.of(
            "DELETE FROM spent_roots WHERE until_millis <= ?",
            "DELETE FROM objects WHERE removed_until_millis > 0 AND removed_until_millis <= ?")) {
      try (PreparedStatement delete = connection.prepareStatement(statement)) {
        delete.setLong(1, store.nowMillis());
        removed += delete.executeUpdate();
      }
    }
    return removed;
  }
}
