package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.database.Database;
import dev.holdfast.satellite.deletions.DeletionQueue;
import dev.holdfast.satellite.nodes.PlacedPiece;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What all changes of metadata have in common: the database, the clock, and the rules by which
 * segments come and go with their references. Thread-safe.
 */
public final class MetadataStore {
  /**
   * On top of the commit window, so that a token is never valid longer than what guards against it.
   */
  private static final Duration GUARD_MARGIN = Duration.ofMinutes(10);

  private final Database database;
  private final DeletionQueue deletions;
  private final InstantSource clock;
  private final Duration commitWindow;
  private final UsageRows usage;
  private final StoredSegmentRows storedSegments = new StoredSegmentRows();

  /**
   * @param commitWindow how long segment tokens are valid and pending attempts live without
   *     activity
   */
  public MetadataStore(
      Database database,
      DeletionQueue deletions,
      InstantSource clock,
      SecureRandom random,
      Duration commitWindow) {
    this.database = database;
    this.deletions = deletions;
    this.clock = clock;
    this.commitWindow = commitWindow;
    this.usage = new UsageRows(random);
  }

  Database database() {
    return database;
  }

  long nowMillis() {
    return clock.millis();
  }

  /** When a pending attempt that is touched now ends. */
  long attemptExpiresMillis() {
    return clock.millis() + commitWindow.toMillis();
  }

  UsageRows usage() {
    return usage;
  }

  StoredSegmentRows storedSegments() {
    return storedSegments;
  }

  boolean isAlive(ObjectVersion object) {
    return object.expiresMillis() == 0 || object.expiresMillis() > clock.millis();
  }

  /**
   * Adds segments to an attempt, their stored segments, and queues the pieces that were not used.
   */
  UsageChange addSegments(
      Connection connection, UUID projectId, AttemptRows.Key attempt, List<NewSegment> segments)
      throws SQLException {
    List<StoredSegment> stored = new ArrayList<>();
    long inlineBytes = 0;
    for (NewSegment segment : segments) {
      if (segment.stored() != null) {
        stored.add(segment.stored());
      }
      if (segment.segment().content() instanceof SegmentContent.Inline inline) {
        inlineBytes += inline.ciphertext().size();
      }
    }
    addStored(connection, projectId, stored);
    SegmentRows.insert(
        connection,
        attempt.objectId(),
        attempt.attemptId(),
        segments.stream().map(NewSegment::segment).toList());
    for (NewSegment segment : segments) {
      if (segment.stored() != null && !segment.unused().isEmpty()) {
        deletions.enqueue(connection, segment.stored().root(), segment.unused());
      }
    }
    return UsageChange.inline(inlineBytes);
  }

  /** Removes attempts with all their segments. */
  UsageChange removeAttempts(Connection connection, Collection<AttemptRows.Key> attempts)
      throws SQLException {
    return release(connection, SegmentRows.delete(connection, attempts));
  }

  UsageChange release(Connection connection, SegmentRows.Content content) throws SQLException {
    List<StoredSegment> gone = storedSegments.release(connection, content.references());
    for (StoredSegment segment : gone) {
      deletions.enqueue(connection, segment.root(), segment.pieces());
    }
    spend(connection, gone.stream().map(StoredSegment::root).toList());
    return UsageChange.inline(-content.inlineBytes());
  }

  /** Removes object rows with all that hangs on them. */
  UsageChange removeObjects(Connection connection, List<ObjectVersion> objects)
      throws SQLException {
    if (objects.isEmpty()) {
      return UsageChange.NOTHING;
    }
    List<ByteString> ids = objects.stream().map(ObjectVersion::objectId).toList();
    ObjectRows.remove(connection, ids, guardedUntilMillis());
    UsageChange change = removeAttempts(connection, PartRows.deleteAll(connection, ids));
    for (ObjectVersion object : objects) {
      change = change.plus(UsageChange.object(object.plainBytes()).negated());
    }
    return change;
  }

  /**
   * Gives pieces up that no segment was committed for. Roots that rows refer to are left alone: the
   * cancel came after a commit whose answer was lost.
   */
  void abandonPieces(Connection connection, Map<RootPieceId, List<PlacedPiece>> offered)
      throws SQLException {
    Map<ByteString, RootPieceId> roots = new HashMap<>();
    offered.keySet().forEach(root -> roots.put(ByteString.copyFrom(root.toByteArray()), root));
    Set<ByteString> inUse = SpentRoots.inUse(connection, roots.keySet());
    List<RootPieceId> abandoned = new ArrayList<>();
    for (Map.Entry<ByteString, RootPieceId> entry : roots.entrySet()) {
      if (!inUse.contains(entry.getKey())) {
        abandoned.add(entry.getValue());
        deletions.enqueue(
            connection, entry.getValue(), offered.getOrDefault(entry.getValue(), List.of()));
      }
    }
    spend(connection, abandoned);
  }

  private void spend(Connection connection, List<RootPieceId> roots) throws SQLException {
    SpentRoots.add(
        connection,
        roots.stream().map(root -> ByteString.copyFrom(root.toByteArray())).toList(),
        guardedUntilMillis());
  }

  private long guardedUntilMillis() {
    return clock.millis() + commitWindow.plus(GUARD_MARGIN).toMillis();
  }

  /** A root is committed once: its pieces may be on their way out or belong to another segment. */
  private void addStored(Connection connection, UUID projectId, List<StoredSegment> stored)
      throws SQLException {
    List<ByteString> roots =
        stored.stream().map(s -> ByteString.copyFrom(s.root().toByteArray())).toList();
    // Whether a root has a row is found by inserting: a read of the index would collide with every
    // other commit under way.
    if (!SpentRoots.among(connection, roots).isEmpty()
        || !storedSegments.insert(connection, projectId, stored, clock.millis())) {
      throw new HoldfastException(
          ErrorCode.SEGMENT_TOKEN_INVALID,
          "a segment token has been used already, or its upload was cancelled; upload the segment again under a new one");
    }
  }
}
