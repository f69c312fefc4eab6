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
  /** What the attempt holds now, and what that changed in the counters. */
  record Completed(long plainBytes, UsageChange change) {}

  private final MetadataStore store;

  AttemptCompletion(MetadataStore store) {
    this.store = store;
  }

  /**
   * Adds the last segments of an attempt, checks that none is missing and ends its pending state.
   */
  Completed complete(
      Connection connection,
      UUID projectId,
      AttemptRows.Pending attempt,
      List<NewSegment> segments,
      SegmentBounds bounds)
      throws SQLException {
    AttemptRows.Key key = attempt.key();
    Map<Integer, SegmentSummary> present = new HashMap<>();
    boolean wasPending =
        AttemptRows.find(connection, key).map(p -> belongs(p, attempt)).orElse(false);
    if (wasPending) {
      present.putAll(SegmentRows.summaries(connection, key.objectId(), key.attemptId()));
      AttemptRows.delete(connection, key);
    }
    UsageChange change = UsageChange.NOTHING;
    List<NewSegment> added = new ArrayList<>();
    for (NewSegment segment : segments) {
      int index = segment.segment().index();
      SegmentSummary earlier = present.get(index);
      if (earlier != null && isSame(earlier, segment)) {
        continue; // committed before, its answer was lost
      }
      if (earlier != null) {
        change =
            change.plus(
                store.release(
                    connection,
                    SegmentRows.delete(
                        connection, key.objectId(), key.attemptId(), List.of(index))));
      }
      added.add(segment);
      present.put(index, summary(segment));
    }
    long plainBytes = bounds.check(present);
    change = change.plus(store.addSegments(connection, projectId, key, added));
    return new Completed(plainBytes, change);
  }

  /**
   * How many segments there must be and until when their pieces must live.
   *
   * @param expiresMillis of the object; 0: never
   */
  record SegmentBounds(int count, long expiresMillis) {
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
