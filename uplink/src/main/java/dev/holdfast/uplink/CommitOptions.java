package dev.holdfast.uplink;

import java.util.Optional;

/**
 * What is known of an object once all its bytes were seen.
 *
 * @param etag without quotes; absent: the uplink makes one that does not look like an MD5
 */
public record CommitOptions(
    Optional<String> etag, Optional<Checksum> checksum, Conditions conditions) {
  public static final CommitOptions NONE =
      new CommitOptions(Optional.empty(), Optional.empty(), Conditions.NONE);
}
