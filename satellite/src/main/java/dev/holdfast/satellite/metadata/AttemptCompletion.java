package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Turns an attempt whose segments are all there into a part. Used inside commit transactions. */
final class AttemptCompletion {
  /**
   * What is to be done, found out before anything is written.
   *
   * @param isPending segments were committed ahead
   * @param added segments that are to be written
   * @param replaced indexes whose earlier segments go
   * @param all every segment of the attempt as it will be
   */
  record Plan(
      AttemptRows.Pending attempt,
      boolean isPending,
      List<NewSegment> added,
      List<Integer> replaced,
      Map<Integer, SegmentSummary> all) {}

  private final MetadataStore store;

  AttemptCompletion(MetadataStore store) {
    this.store = store;
  }

  /** Sets the last segments of an attempt beside those that were committed ahead. */
  Plan plan(Connection connection, AttemptRows.Pending attempt, List<NewSegment> segments)
      throws SQLException {
    AttemptRows.Key key = attempt.key();
    Map<Integer, SegmentSummary> all = new HashMap<>();
    boolean isPending =
        AttemptRows.find(connection, key).map(found -> belongs(found, attempt)).orElse(false);
    if (isPending) {
      all.putAll(SegmentRows.summaries(connection, key.objectId(), key.attemptId()));
    }
    List<NewSegment> added = new ArrayList<>();
    List<Integer> replaced = new ArrayList<>();
    for (NewSegment segment : segments) {
      SegmentSummary earlier = all.put(segment.segment().index(), summary(segment));
      if (earlier != null && isSame(earlier, segment)) {
        continue; // committed before, its answer was lost
      }
      if (earlier != null) {
        replaced.add(segment.segment().index());
      }
      added.add(segment);
    }
    return new Plan(attempt, isPending, added, replaced, all);
  }

  /** Writes the segments and ends the pending state of the attempt. */
  UsageChange apply(Connection connection, UUID projectId, Plan plan) throws SQLException {
    AttemptRows.Key key = plan.attempt().key();
    UsageChange change = UsageChange.NOTHING;
    if (plan.isPending()) {
      AttemptRows.delete(connection, key);
      change =
          store.release(
              connection,
              SegmentRows.delete(connection, key.objectId(), key.attemptId(), plan.replaced()));
    }
    return change.plus(store.addSegments(connection, projectId, key, plan.added()));
  }

  /**
   * How many segments there must be and until when their pieces must live.
   *
   * @param expiresMillis of the object; 0: never
   */
  record SegmentBounds(int count, long expiresMillis) {
    boolean isMissingAny(Map<Integer, SegmentSummary> segments) {
      return segments.size() < count;
    }

    /** Checks all segments and returns the sum of their plain bytes. */
    long check(Map<Integer, SegmentSummary> segments) {
      if (segments.size() > count) {
        throw new HoldfastException(
            ErrorCode.BAD_REQUEST,
            "%d segments are committed, but the segment count is %d"
                .formatted(segments.size(), count));
      }
      long plainBytes = 0;
      for (int index = 0; index < count; index++) {
        SegmentSummary segment = segments.get(index);
        if (segment == null) {
          throw new HoldfastException(
              ErrorCode.SEGMENT_MISSING,
              "segment %d of %d is not committed; segments that are committed ahead are kept for the commit window only"
                  .formatted(index, count));
        }
        long piecesExpire = segment.piecesExpireMillis();
        if (piecesExpire != 0 && (expiresMillis == 0 || piecesExpire < expiresMillis)) {
          throw new HoldfastException(
              ErrorCode.BAD_REQUEST,
              "pieces of segment %d expire at %s, before the object does; begin its segments with the object's expiry"
                  .formatted(index, Instant.ofEpochMilli(piecesExpire)));
        }
        plainBytes += segment.plainBytes();
      }
      return plainBytes;
    }
  }

  static boolean belongs(AttemptRows.Pending found, AttemptRows.Pending wanted) {
    if (!found.bucketId().equals(wanted.bucketId())
        || !found.encryptedKey().equals(wanted.encryptedKey())
        || found.part() != wanted.part()) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "the attempt id is in use for another object or part; draw a new one");
    }
    return true;
  }

  static SegmentSummary summary(NewSegment segment) {
    StoredSegment stored = segment.stored();
    return new SegmentSummary(
        segment.segment().layout().plainBytes(),
        stored == null ? ByteString.EMPTY : ByteString.copyFrom(stored.root().toByteArray()),
        stored == null || stored.expires() == null ? 0 : stored.expires().toEpochMilli());
  }

  /** Inline content has no name of its own: a repeated one replaces the earlier. */
  static boolean isSame(SegmentSummary earlier, NewSegment segment) {
    return !earlier.root().isEmpty() && earlier.root().equals(summary(segment).root());
  }
}
