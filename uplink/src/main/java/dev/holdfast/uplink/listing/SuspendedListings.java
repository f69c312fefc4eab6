package dev.holdfast.uplink.listing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Listings between two of their pages, so that the next page needs not read its directories again.
 * Thread-safe.
 *
 * <p>Bounded in bytes and time. A write through this project discards listings that are cheap to
 * repeat, so that pages show it; a listing of a very large directory goes on as it was read for at
 * most a minute.
 */
final class SuspendedListings {
  private static final Duration KEPT = Duration.ofSeconds(60);
  private static final long CHEAP_CHILDREN = 5_000;
  private static final int OVERHEAD_BYTES = 1024;

  /** Which page comes next. */
  record Resumption(String bucket, String prefix, @Nullable String delimiter, String after) {}

  private record Suspended(ListingCursor cursor, Instant until, long generation, long bytes) {}

  private final long maxBytes;
  private final InstantSource clock;
  private final AtomicLong generation = new AtomicLong();
  private final Map<Resumption, Suspended> suspended = new LinkedHashMap<>();
  private long bytes;

  SuspendedListings(long maxBytes, InstantSource clock) {
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  /** Something was written or deleted. */
  void written() {
    generation.incrementAndGet();
  }

  /** To be asked before a listing reads, and handed back with it. */
  long generation() {
    return generation.get();
  }

  /** Keeps a listing for its next page. */
  synchronized void suspend(Resumption next, ListingCursor cursor, long readInGeneration) {
    long weight = OVERHEAD_BYTES + cursor.weightBytes();
    Suspended replaced =
        suspended.put(
            next, new Suspended(cursor, clock.instant().plus(KEPT), readInGeneration, weight));
    bytes += weight - (replaced == null ? 0 : replaced.bytes());
    Instant now = clock.instant();
    for (Iterator<Suspended> oldest = suspended.values().iterator(); oldest.hasNext(); ) {
      Suspended candidate = oldest.next();
      if (bytes <= maxBytes && now.isBefore(candidate.until())) {
        break;
      }
      oldest.remove();
      bytes -= candidate.bytes();
    }
  }

  /** Takes a listing up again; null when it has to be read anew. */
  synchronized @Nullable Resumed resume(Resumption next) {
    Suspended found = suspended.remove(next);
    if (found == null) {
      return null;
    }
    bytes -= found.bytes();
    boolean stale =
        found.generation() != generation.get() && found.cursor().childrenRead() <= CHEAP_CHILDREN;
    return stale || !clock.instant().isBefore(found.until())
        ? null
        : new Resumed(found.cursor(), found.generation());
  }

  /** A listing to go on with and the generation that it was read in. */
  record Resumed(ListingCursor cursor, long generation) {}
}
