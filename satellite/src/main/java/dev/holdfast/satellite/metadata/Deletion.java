package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * An object that is to be deleted.
 *
 * @param version 0: the current one
 * @param ifMatch when not empty, the version's etag token must be one of these
 */
public record Deletion(ByteString encryptedKey, long version, List<ByteString> ifMatch) {
  public Deletion {
    ifMatch = List.copyOf(ifMatch);
  }

  /** What became of it. */
  public enum Outcome {
    DELETED,
    /** There was nothing to delete. */
    ABSENT,
    /** The etag token is none of those asked for. */
    PRECONDITION_FAILED
  }
}
