package dev.holdfast.uplink.object;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.wire.ObjectRow;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.encryption.DetailRecord;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.encryption.SummaryRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An object's row with its records opened and checked against each other.
 *
 * @param key plain object key
 * @param objectKey a secret
 */
public record OpenedObject(
    ObjectPath path,
    String key,
    SecretBytes objectKey,
    ObjectRow row,
    SummaryRecord summary,
    DetailRecord detail) {
  public ObjectMetadata metadata() {
    return new ObjectMetadata(
        summary.contentType(), detail.headers(), detail.user(), detail.tags());
  }

  public ObjectStat stat() {
    return stat(row.getVersion(), row.getCreatedMillis());
  }

  /** The same for a row that has just been committed. */
  public ObjectStat stat(long version, long createdMillis) {
    return new ObjectStat(
        key,
        version,
        summary.sizeBytes(),
        summary.etag(),
        summary.checksum(),
        metadata(),
        detail.multipart() ? detail.parts() : List.of(),
        Instant.ofEpochMilli(createdMillis),
        row.getExpiresMillis() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(row.getExpiresMillis())));
  }
}
