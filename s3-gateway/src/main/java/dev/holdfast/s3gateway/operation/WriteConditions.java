package dev.holdfast.s3gateway.operation;

import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.uplink.Conditions;
import java.util.List;
import java.util.Optional;

/** Conditions on writing and deleting; they are decided by the satellite in its commit. */
final class WriteConditions {
  private WriteConditions() {}

  static Conditions of(RequestHeaders headers) {
    List<String> ifMatch = ifMatch(headers);
    Optional<List<String>> ifNoneMatch = headers.find("if-none-match").map(ETags::list);
    if (ifNoneMatch.isEmpty()) {
      return ifMatch.isEmpty() ? Conditions.NONE : new Conditions(false, ifMatch, List.of());
    }
    boolean ifAbsent = ifNoneMatch.get().contains("*");
    return new Conditions(ifAbsent, ifMatch, ifAbsent ? List.of() : ifNoneMatch.get());
  }

  /** Tags that the current version must have one of; empty: no condition. */
  static List<String> ifMatch(RequestHeaders headers) {
    List<String> tags = headers.find("if-match").map(ETags::list).orElse(List.of());
    if (tags.contains("*")) {
      throw S3Exception.notImplemented("A write with If-Match: *");
    }
    return tags;
  }
}
