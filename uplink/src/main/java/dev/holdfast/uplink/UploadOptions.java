package dev.holdfast.uplink;

import java.time.Instant;
import java.util.Optional;

/** What is known of an object before its bytes. */
public record UploadOptions(ObjectMetadata metadata, Optional<Instant> expires) {
  public static final UploadOptions NONE = new UploadOptions(ObjectMetadata.NONE, Optional.empty());
}
