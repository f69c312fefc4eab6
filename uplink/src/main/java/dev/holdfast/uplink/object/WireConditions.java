package dev.holdfast.uplink.object;

import dev.holdfast.protocol.wire.CommitConditions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.encryption.ObjectPath;

/** Conditions with ETags turned into tokens of the destination's name. */
public final class WireConditions {
  private WireConditions() {}

  public static CommitConditions of(ObjectPath path, Conditions conditions) {
    return CommitConditions.newBuilder()
        .setIfNoneMatchAny(conditions.ifAbsent())
        .addAllIfMatchEtagTokens(ProjectAccess.etagTokens(path, conditions.ifMatch()))
        .addAllIfNoneMatchEtagTokens(ProjectAccess.etagTokens(path, conditions.ifNoneMatch()))
        .build();
  }
}
