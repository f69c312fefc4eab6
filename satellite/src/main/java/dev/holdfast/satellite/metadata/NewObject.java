package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * An object without multipart that an uplink commits.
 *
 * @param object version, sizes and creation time are set by the commit
 * @param segments those that were not committed before, in any order
 * @param segmentCount of the whole object, at least 1
 * @param mayReplace false: the API key forbids that anything disappears
 */
public record NewObject(
    ObjectAddress address,
    ObjectVersion object,
    ByteString attemptId,
    List<NewSegment> segments,
    int segmentCount,
    CommitConditions conditions,
    boolean mayReplace) {
  public NewObject {
    segments = List.copyOf(segments);
  }
}
