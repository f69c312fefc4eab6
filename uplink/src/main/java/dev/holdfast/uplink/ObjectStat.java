package dev.holdfast.uplink;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An object version as its owner sees it; everything but times and version comes from authenticated
 * ciphertext.
 *
 * @param sizeBytes plain bytes
 * @param etag without quotes
 * @param parts part table in order, empty for an object without multipart
 */
public record ObjectStat(
    String key,
    long version,
    long sizeBytes,
    String etag,
    Optional<Checksum> checksum,
    ObjectMetadata metadata,
    List<ObjectPart> parts,
    Instant created,
    Optional<Instant> expires) {
  public ObjectStat {
    parts = List.copyOf(parts);
  }
}
