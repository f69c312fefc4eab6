package dev.holdfast.uplink;

import java.util.List;

/**
 * Objects and common prefixes in one byte order; {@code more} when the listing goes on after the
 * last entry.
 */
public record ListPage(List<ListEntry> entries, boolean more) {
  public ListPage {
    entries = List.copyOf(entries);
  }
}
