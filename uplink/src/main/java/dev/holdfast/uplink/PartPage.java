package dev.holdfast.uplink;

import java.time.Instant;
import java.util.List;

/** Committed parts of an unfinished multipart upload, by number. */
public record PartPage(List<ListedPart> parts, boolean more) {
  public PartPage {
    parts = List.copyOf(parts);
  }

  /** A part and when it was committed. */
  public record ListedPart(ObjectPart part, Instant committed) {}
}
