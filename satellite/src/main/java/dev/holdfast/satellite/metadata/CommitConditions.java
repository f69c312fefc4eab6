package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of the current version for a commit to go through.
 *
 * @param ifNoneMatchAny no current version may exist
 * @param ifMatch when not empty, the current version's etag token must be one of these
 * @param ifNoneMatch the current version's etag token must be none of these
 * @param ifMatchVersion 0: no condition
 */
public record CommitConditions(
    boolean ifNoneMatchAny,
    List<ByteString> ifMatch,
    List<ByteString> ifNoneMatch,
    long ifMatchVersion) {
  public CommitConditions {
    ifMatch = List.copyOf(ifMatch);
    ifNoneMatch = List.copyOf(ifNoneMatch);
  }

  void check(@Nullable ObjectVersion current) {
    if (ifNoneMatchAny && current != null) {
      throw failed("an object of this name exists already");
    }
    if (!ifMatch.isEmpty()) {
      if (current == null) {
        // S3 tells this case apart from a mismatch.
        throw new HoldfastException(
            ErrorCode.OBJECT_NOT_FOUND, "no object of this name exists to match the condition");
      }
      if (!ifMatch.contains(current.etagToken())) {
        throw failed("the current object's ETag is none of those asked for");
      }
    }
    if (current != null && ifNoneMatch.contains(current.etagToken())) {
      throw failed("the current object's ETag is one of those excluded");
    }
    if (ifMatchVersion != 0 && (current == null || current.version() != ifMatchVersion)) {
      throw failed("the current version is not " + ifMatchVersion);
    }
  }

  private static HoldfastException failed(String reason) {
    return new HoldfastException(ErrorCode.PRECONDITION_FAILED, reason);
  }
}
