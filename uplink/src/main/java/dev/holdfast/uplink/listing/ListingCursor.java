package dev.holdfast.uplink.listing;

import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.encryption.KeyPath;
import dev.holdfast.uplink.encryption.KeyText;
import dev.holdfast.uplink.encryption.SummaryRecord;
import dev.holdfast.uplink.object.ObjectRows;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns a walk over keys into entries of a listing: objects and common prefixes. Confined to one
 * thread at a time.
 */
final class ListingCursor {
  private final KeyWalk walk;
  private final byte @Nullable [] delimiter;
  private final int prefixLength;
  private final byte[] after;
  private @Nullable Entry ahead;

  /** An entry before its summary is opened. */
  private sealed interface Entry {
    record Prefix(byte[] name) implements Entry {}

    record Object(Child.Found found) implements Entry {}
  }

  /**
   * @param after entries come above this only; empty: all
   */
  ListingCursor(KeyWalk walk, int prefixLength, byte @Nullable [] delimiter, byte[] after) {
    this.walk = walk;
    this.prefixLength = prefixLength;
    this.delimiter = delimiter;
    this.after = after;
  }

  /** Whether there is another entry. */
  boolean hasNext() {
    if (ahead == null) {
      ahead = advance();
    }
    return ahead != null;
  }

  /** The next entry; there must be one. */
  ListEntry next() {
    Entry entry = ahead == null ? advance() : ahead;
    ahead = null;
    return switch (entry) {
      case Entry.Prefix(byte[] name) -> new ListEntry.CommonPrefix(KeyText.decode(name));
      case Entry.Object(Child.Found found) -> open(found);
      case null -> throw new IllegalStateException("The listing has ended.");
    };
  }

  long childrenRead() {
    return walk.childrenRead();
  }

  long weightBytes() {
    return walk.weightBytes();
  }

  private @Nullable Entry advance() {
    while (true) {
      Child child = walk.next();
      if (child == null) {
        return null;
      }
      byte[] common = commonPrefix(child.key());
      if (common != null) {
        walk.skipTo(KeyBytes.afterPrefix(common));
        if (isAbove(common)) {
          return new Entry.Prefix(common);
        }
        continue;
      }
      switch (child) {
        case Child.Below below -> walk.enter(below);
        case Child.Found found -> {
          if (isAbove(found.key())) {
            return new Entry.Object(found);
          }
        }
      }
    }
  }

  private byte @Nullable [] commonPrefix(byte[] key) {
    if (delimiter == null) {
      return null;
    }
    int at = KeyBytes.indexOf(key, delimiter, prefixLength);
    return at < 0 ? null : Arrays.copyOf(key, at + delimiter.length);
  }

  private boolean isAbove(byte[] name) {
    return Arrays.compareUnsigned(name, after) > 0;
  }

  private static ListEntry open(Child.Found found) {
    byte[] name = KeyPath.split(found.key()).name();
    SummaryRecord summary = ObjectRows.openSummary(found.path(name), found.row());
    return new ListEntry.ObjectEntry(
        KeyText.decode(found.key()),
        found.row().getVersion(),
        summary.sizeBytes(),
        summary.etag(),
        summary.contentType(),
        summary.checksum(),
        Instant.ofEpochMilli(found.row().getCreatedMillis()));
  }
}
