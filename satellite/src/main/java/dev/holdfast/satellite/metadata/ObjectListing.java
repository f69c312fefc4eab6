package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import dev.holdfast.satellite.projects.Buckets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Lists the current objects below an encoded directory, in the order of the encrypted keys.
 * Thread-safe.
 */
public final class ObjectListing {
  /** Most entries of one page. */
  public static final int MAX_PAGE = 1000;

  private static final int MIN_FETCH = 32;

  private final MetadataStore store;

  public ObjectListing(MetadataStore store) {
    this.store = store;
  }

  /** One line of a listing. */
  public sealed interface Entry {
    /** An object, without its detail. */
    record Object(ObjectVersion object) implements Entry {}

    /** A directory below the asked one, as the encoded prefix of what it holds. */
    record Directory(ByteString encryptedPrefix) implements Entry {}
  }

  /** Some entries and whether there are more. */
  public record Page(List<Entry> entries, boolean more) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What is asked for.
   *
   * @param directory encoded; empty for the bucket's root
   * @param cursor exclusive; empty: from the start
   * @param cursorIsDirectory the cursor is a directory entry, so all below it is passed over
   * @param recursive false: one level, with directories as entries
   * @param limit 1 to {@link #MAX_PAGE}
   */
  public record Query(
      ByteString directory,
      ByteString cursor,
      boolean cursorIsDirectory,
      boolean recursive,
      int limit) {}

  /**
   * @throws dev.holdfast.protocol.error.HoldfastException bucket-not-found
   */
  public Page list(UUID projectId, String bucket, Query query) {
    return store
        .database()
        .read(connection -> {
          UUID bucketId = Buckets.require(connection, projectId, bucket).id();
          return new Pass(connection, bucketId, query, store.nowMillis()).run();
        });
  }

  /** One walk over the key range. Keys below a directory that is listed already are jumped over. */
  private static final class Pass {
    private final Connection connection;
    private final UUID bucketId;
    private final Query query;
    private final long nowMillis;
    private final List<Entry> entries = new ArrayList<>();

    Pass(Connection connection, UUID bucketId, Query query, long nowMillis) {
      this.connection = connection;
      this.bucketId = bucketId;
      this.query = query;
      this.nowMillis = nowMillis;
    }

    Page run() throws SQLException {
      KeyRange range = start();
      while (!range.isEmpty() && entries.size() <= query.limit()) {
        int fetch =
            query.recursive()
                ? query.limit() + 1 - entries.size()
                : Math.clamp(query.limit() + 1L - entries.size(), MIN_FETCH, MAX_PAGE + 1);
        List<ObjectVersion> rows = ObjectRows.range(connection, bucketId, range, nowMillis, fetch);
        ByteString next = consume(rows);
        if (rows.size() < fetch || next.isEmpty()) {
          break;
        }
        range = range.startingAt(next);
      }
      boolean more = entries.size() > query.limit();
      return new Page(more ? entries.subList(0, query.limit()) : entries, more);
    }

    private KeyRange start() {
      KeyRange range = KeyRange.below(query.directory());
      if (query.cursor().isEmpty()) {
        return range;
      }
      if (!query.cursorIsDirectory()) {
        return range.startingAt(KeyRange.justAfter(query.cursor()));
      }
      ByteString after = KeyRange.successor(query.cursor());
      // Without a successor nothing can follow: a range that ends where it begins.
      return after.isEmpty()
          ? new KeyRange(query.cursor(), query.cursor())
          : range.startingAt(after);
    }

    /** Turns rows into entries; returns where to go on, empty when nothing can follow. */
    private ByteString consume(List<ObjectVersion> rows) {
      ByteString next = ByteString.EMPTY;
      ByteString skipped = ByteString.EMPTY;
      for (ObjectVersion row : rows) {
        ByteString key = row.encryptedKey();
        if (!skipped.isEmpty() && key.startsWith(skipped)) {
          continue;
        }
        ByteString directory = query.recursive() ? ByteString.EMPTY : childDirectory(key);
        if (directory.isEmpty()) {
          entries.add(new Entry.Object(row));
          next = KeyRange.justAfter(key);
        } else {
          entries.add(new Entry.Directory(directory));
          skipped = directory;
          next = KeyRange.successor(directory);
        }
      }
      return next;
    }

    /**
     * The directory on the next level that holds the key; empty when the key itself stands on that
     * level, or is not in the encoding of names (two bytes of length, then the component) and so
     * cannot be grouped.
     */
    private ByteString childDirectory(ByteString key) {
      int start = query.directory().size();
      if (key.size() < start + 2) {
        return ByteString.EMPTY;
      }
      int length = (key.byteAt(start) & 0xff) << 8 | (key.byteAt(start + 1) & 0xff);
      int end = start + 2 + length;
      return end < key.size() ? key.substring(0, end) : ByteString.EMPTY;
    }
  }
}
