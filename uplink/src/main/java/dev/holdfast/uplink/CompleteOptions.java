package dev.holdfast.uplink;

import java.util.Optional;

/** How to finish a multipart upload; the ETag and checksum are the whole object's. */
public record CompleteOptions(
    Optional<String> etag, Optional<Checksum> checksum, Conditions conditions) {}
