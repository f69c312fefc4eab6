package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.uplink.ObjectStat;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Conditions on reading an object, in the order of RFC 9110, section 13.2.2: If-Match outweighs
 * If-Unmodified-Since, If-None-Match outweighs If-Modified-Since.
 */
record ReadConditions(
    Optional<List<String>> ifMatch,
    Optional<List<String>> ifNoneMatch,
    Optional<Instant> ifModifiedSince,
    Optional<Instant> ifUnmodifiedSince) {
  /** What the conditions say of an object. */
  enum Outcome {
    HOLDS,
    NOT_MODIFIED,
    FAILED
  }

  /**
   * @param prefix of the header names: empty for the object itself, "x-amz-copy-source-" for a
   *     copy's source
   */
  static ReadConditions of(RequestHeaders headers, String prefix) {
    return new ReadConditions(
        headers.find(prefix + "if-match").map(ETags::list),
        headers.find(prefix + "if-none-match").map(ETags::list),
        headers.find(prefix + "if-modified-since").flatMap(HttpDates::parse),
        headers.find(prefix + "if-unmodified-since").flatMap(HttpDates::parse));
  }

  Outcome evaluate(ObjectStat stat) {
    Instant modified = HttpDates.wholeSeconds(stat.created());
    if (ifMatch.isPresent()) {
      if (!matches(ifMatch.get(), stat.etag())) {
        return Outcome.FAILED;
      }
    } else if (ifUnmodifiedSince.isPresent() && modified.isAfter(ifUnmodifiedSince.get())) {
      return Outcome.FAILED;
    }
    if (ifNoneMatch.isPresent()) {
      return matches(ifNoneMatch.get(), stat.etag()) ? Outcome.NOT_MODIFIED : Outcome.HOLDS;
    }
    return ifModifiedSince.isPresent() && !modified.isAfter(ifModifiedSince.get())
        ? Outcome.NOT_MODIFIED
        : Outcome.HOLDS;
  }

  private static boolean matches(List<String> tags, String etag) {
    return tags.contains("*") || tags.contains(etag);
  }
}
