package dev.holdfast.uplink;

import java.util.Optional;

/**
 * How to copy.
 *
 * @param sourceVersion 0: the current one
 * @param sourceEtag the source must have this ETag when present, so that what was stat'ed is what
 *     is copied
 * @param metadata replaces the source's when present
 * @param conditions on the destination
 */
public record CopyOptions(
    long sourceVersion,
    Optional<String> sourceEtag,
    Optional<ObjectMetadata> metadata,
    Conditions conditions) {}
