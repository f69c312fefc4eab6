package dev.holdfast.uplink;

import java.util.List;

/**
 * What must hold at the moment of a commit, decided by the satellite in the commit transaction.
 *
 * @param ifAbsent no current version may exist (If-None-Match: *)
 * @param ifMatch the current version's ETag must be one of these (empty: no condition)
 * @param ifNoneMatch the current version's ETag must be none of these
 */
public record Conditions(boolean ifAbsent, List<String> ifMatch, List<String> ifNoneMatch) {
  public static final Conditions NONE = new Conditions(false, List.of(), List.of());

  public Conditions {
    ifMatch = List.copyOf(ifMatch);
    ifNoneMatch = List.copyOf(ifNoneMatch);
  }
}
