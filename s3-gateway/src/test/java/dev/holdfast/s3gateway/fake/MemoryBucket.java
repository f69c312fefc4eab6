package dev.holdfast.s3gateway.fake;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.Bucket;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.UploadOptions;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A bucket in memory, keys in byte order. Guarded by its project's lock. */
final class MemoryBucket {
  private static final Comparator<String> BYTE_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private final Bucket bucket;
  private final TreeMap<String, Stored> objects = new TreeMap<>(BYTE_ORDER);
  private long versions;

  MemoryBucket(Bucket bucket) {
    this.bucket = bucket;
  }

  @SuppressWarnings("ArrayRecordComponent")
  record Stored(ObjectStat stat, byte[] bytes) {}

  Bucket bucket() {
    return bucket;
  }

  TreeMap<String, Stored> objects() {
    return objects;
  }

  Stored require(String key) {
    Stored stored = objects.get(key);
    if (stored == null) {
      throw new HoldfastException(ErrorCode.OBJECT_NOT_FOUND, "The object does not exist");
    }
    return stored;
  }

  Stored put(
      String key,
      byte[] bytes,
      String etag,
      Optional<Checksum> checksum,
      UploadOptions options,
      List<ObjectPart> parts,
      Instant now) {
    Stored stored =
        new Stored(
            new ObjectStat(
                key,
                ++versions,
                bytes.length,
                etag,
                checksum,
                options.metadata(),
                parts,
                now,
                options.expires()),
            bytes);
    objects.put(key, stored);
    return stored;
  }

  boolean delete(String key, List<String> ifMatch) {
    if (!ifMatch.isEmpty()) {
      requireConditions(key, new Conditions(false, ifMatch, List.of()));
    }
    return objects.remove(key) != null;
  }

  void requireConditions(String key, Conditions conditions) {
    Stored current = objects.get(key);
    boolean fails =
        (conditions.ifAbsent() && current != null)
            || (!conditions.ifMatch().isEmpty()
                && (current == null || !conditions.ifMatch().contains(current.stat().etag())))
            || (current != null && conditions.ifNoneMatch().contains(current.stat().etag()));
    if (fails) {
      throw new HoldfastException(ErrorCode.PRECONDITION_FAILED, "A condition does not hold");
    }
  }

  ListPage list(ListOptions options) {
    List<ListEntry> entries = new ArrayList<>();
    String after = options.after();
    for (Stored stored : objects.values()) {
      String key = stored.stat().key();
      if (!key.startsWith(options.prefix())) {
        continue;
      }
      ListEntry entry = entry(stored, options);
      boolean known = !entries.isEmpty() && entries.getLast().name().equals(entry.name());
      if (known || (after != null && BYTE_ORDER.compare(entry.name(), after) <= 0)) {
        continue;
      }
      if (entries.size() == options.limit()) {
        return new ListPage(entries, true);
      }
      entries.add(entry);
    }
    return new ListPage(entries, false);
  }

  private static ListEntry entry(Stored stored, ListOptions options) {
    ObjectStat stat = stored.stat();
    String delimiter = options.delimiter();
    int end = delimiter == null ? -1 : stat.key().indexOf(delimiter, options.prefix().length());
    return delimiter == null || end < 0
        ? new ListEntry.ObjectEntry(
            stat.key(),
            stat.version(),
            stat.sizeBytes(),
            stat.etag(),
            stat.metadata().contentType(),
            stat.checksum(),
            stat.created())
        : new ListEntry.CommonPrefix(stat.key().substring(0, end + delimiter.length()));
  }
}
