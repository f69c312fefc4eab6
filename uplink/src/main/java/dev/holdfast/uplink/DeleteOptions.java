package dev.holdfast.uplink;

import java.util.List;

/** Which version to delete (0: the current one) and which ETag it must have (empty: any). */
public record DeleteOptions(long version, List<String> ifMatch) {
  public static final DeleteOptions NONE = new DeleteOptions(0, List.of());

  public DeleteOptions {
    ifMatch = List.copyOf(ifMatch);
  }
}
