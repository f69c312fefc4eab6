package dev.holdfast.uplink.listing;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import dev.holdfast.uplink.encryption.Directory;
import dev.holdfast.uplink.encryption.KeyPath;
import dev.holdfast.uplink.encryption.KeyText;
import dev.holdfast.uplink.listing.SuspendedListings.Resumed;
import dev.holdfast.uplink.listing.SuspendedListings.Resumption;
import dev.holdfast.uplink.object.ProjectAccess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lists objects, page by page. Thread-safe. */
public final class ObjectListing {
  private static final int MAX_LIMIT = 1000;

  private final ProjectAccess access;
  private final SuspendedListings suspended;

  public ObjectListing(ProjectAccess access) {
    this.access = access;
    this.suspended = new SuspendedListings(access.config().listingCacheBytes(), access.clock());
  }

  /** To be told of every write and delete through this project, so that listings show it. */
  public void written() {
    suspended.written();
  }

  public ListPage page(String bucket, ListOptions options) {
    if (options.limit() < 1 || options.limit() > MAX_LIMIT) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "A page of a listing has 1 to " + MAX_LIMIT + " entries, not " + options.limit() + ".");
    }
    String delimiter = options.delimiter();
    if (delimiter != null && delimiter.isEmpty()) {
      throw new HoldfastException(ErrorCode.BAD_REQUEST, "A delimiter has at least one character.");
    }
    Resumed resumed = resumed(bucket, options);
    ListingCursor cursor = resumed.cursor();
    List<ListEntry> entries = new ArrayList<>();
    while (entries.size() < options.limit() && cursor.hasNext()) {
      entries.add(cursor.next());
    }
    boolean more = !entries.isEmpty() && cursor.hasNext();
    if (more) {
      String last = entries.getLast().name();
      suspended.suspend(
          new Resumption(bucket, options.prefix(), delimiter, last), cursor, resumed.generation());
    }
    return new ListPage(entries, more);
  }

  private Resumed resumed(String bucket, ListOptions options) {
    String after = options.after();
    if (after != null) {
      Resumed resumed =
          suspended.resume(new Resumption(bucket, options.prefix(), options.delimiter(), after));
      if (resumed != null) {
        return resumed;
      }
    }
    long generation = suspended.generation();
    return new Resumed(cursor(bucket, options), generation);
  }

  private ListingCursor cursor(String bucket, ListOptions options) {
    byte[] prefix = KeyText.encode(options.prefix());
    String afterText = options.after();
    byte[] after = afterText == null ? new byte[0] : KeyText.encode(afterText);
    String delimiterText = options.delimiter();
    byte[] delimiter = delimiterText == null ? null : KeyText.encode(delimiterText);
    KeyPath path = KeyPath.split(prefix);
    Directory base = access.keys().directory(bucket, path.directories());
    byte[] basePath = Arrays.copyOf(prefix, prefix.length - path.name().length);
    byte[] from = after.length == 0 ? after : KeyBytes.after(after);
    boolean levelWise = "/".equals(delimiterText);
    KeyWalk walk =
        new KeyWalk(new DirectoryReader(access), base, basePath, prefix, from, levelWise);
    return new ListingCursor(walk, prefix.length, delimiter, after);
  }
}
