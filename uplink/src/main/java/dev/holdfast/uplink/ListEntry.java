package dev.holdfast.uplink;

import java.time.Instant;
import java.util.Optional;

/** An entry of a listing. */
public sealed interface ListEntry {
  /** The key, or the common prefix. */
  String name();

  /** An object with what its summary holds. */
  record ObjectEntry(
      String name,
      long version,
      long sizeBytes,
      String etag,
      String contentType,
      Optional<Checksum> checksum,
      Instant created)
      implements ListEntry {}

  /** Keys that share everything up to and with the delimiter. */
  record CommonPrefix(String name) implements ListEntry {}
}
