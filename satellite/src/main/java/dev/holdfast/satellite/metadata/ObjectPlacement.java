package dev.holdfast.satellite.metadata;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Makes a row the current version of its key, in the caller's transaction. It inserts first and
 * reads only when that collides, so that commits of different keys do not abort each other.
 */
final class ObjectPlacement {
  /** What became of it. */
  sealed interface Outcome {}

  /** The row is in its place; {@code change} includes what went with a replaced version. */
  record Placed(Committed committed, UsageChange change) implements Outcome {}

  /** The object id was committed before, perhaps with another fate since. */
  record Earlier(Committed committed) implements Outcome {}

  private static final int MAX_TAKEN_VERSIONS = 1000;

  private final MetadataStore store;

  ObjectPlacement(MetadataStore store) {
    this.store = store;
  }

  /**
   * @param mayReplace false: the API key forbids that anything disappears
   * @throws HoldfastException precondition-failed, object-not-found (nothing to match),
   *     delete-denied
   */
  Outcome place(
      Connection connection,
      UUID bucketId,
      ObjectVersion object,
      CommitConditions conditions,
      boolean mayReplace)
      throws SQLException {
    long now = store.nowMillis();
    ObjectVersion first = object.placed(TimeUnit.MILLISECONDS.toMicros(now), now);
    if (ObjectRows.insert(connection, bucketId, first)) {
      conditions.check(null);
      return placed(first, UsageChange.NOTHING);
    }
    Optional<Committed> earlier = earlier(connection, bucketId, object);
    if (earlier.isPresent()) {
      return new Earlier(earlier.get());
    }
    Optional<ObjectVersion> current =
        ObjectRows.current(connection, bucketId, object.encryptedKey());
    Optional<ObjectVersion> visible = current.filter(store::isAlive);
    conditions.check(visible.orElse(null));
    if (visible.isPresent() && !mayReplace) {
      throw new HoldfastException(
          ErrorCode.DELETE_DENIED,
          "an object of this name exists and this API key may not replace it; choose another name");
    }
    UsageChange change = UsageChange.NOTHING;
    long version = first.version();
    if (current.isPresent()) {
      change = store.removeObjects(connection, List.of(current.get()));
      version = Math.max(version, current.get().version() + 1);
    }
    // Versions of rows that went in the same microsecond are taken.
    for (int taken = 0; taken < MAX_TAKEN_VERSIONS; taken++) {
      ObjectVersion next = object.placed(version + taken, now);
      if (ObjectRows.insert(connection, bucketId, next)) {
        return placed(next, change);
      }
    }
    throw new HoldfastException(
        ErrorCode.CONTENTION, "the object was replaced too often within a moment; try again");
  }

  /**
   * The answer of an earlier commit of this object id.
   *
   * @throws HoldfastException bad-request when the id belongs to another object
   */
  Optional<Committed> earlier(Connection connection, UUID bucketId, ObjectVersion object)
      throws SQLException {
    Optional<ObjectRows.Trace> trace = ObjectRows.trace(connection, object.objectId());
    if (trace.isEmpty()) {
      return Optional.empty();
    }
    if (!trace.get().bucketId().equals(bucketId)
        || !trace.get().encryptedKey().equals(object.encryptedKey())) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST, "the object id is in use for another object; draw a new one");
    }
    return Optional.of(trace.get().committed());
  }

  private static Placed placed(ObjectVersion object, UsageChange change) {
    return new Placed(
        new Committed(object.version(), object.createdMillis()),
        change.plus(UsageChange.object(object.plainBytes())));
  }
}
