package dev.holdfast.protocol.order;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.mac.MacKey;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An order limit with its MAC, as it travels. Parsing checks the layout only; {@link #verify}
 * checks the MAC. Immutable.
 */
public final class SignedOrderLimit {
  private static final String HASH_LABEL = "holdfast order limit hash";

  private final OrderLimit limit;
  private final Bytes32 mac;
  private final byte[] serialized;

  SignedOrderLimit(OrderLimit limit, Bytes32 mac, byte[] serialized) {
    this.limit = limit;
    this.mac = mac;
    this.serialized = serialized;
  }

  /**
   * Reads a serialized limit.
   *
   * @throws dev.holdfast.protocol.error.HoldfastException {@code limit-altered} when it has not the
   *     layout of a limit
   */
  public static SignedOrderLimit parse(byte[] serialized) {
    return OrderLimit.parse(serialized);
  }

  public OrderLimit limit() {
    return limit;
  }

  public Bytes32 mac() {
    return mac;
  }

  /** A copy of the bytes as they travel. */
  public byte[] serialized() {
    return serialized.clone();
  }

  /**
   * Whether the satellite made this limit for the node that holds the key; false for a key of
   * another epoch.
   */
  public boolean verify(MacKey limitKey) {
    return limitKey.epoch() == limit.epoch()
        && MessageDigest.isEqual(
            limitKey.sign(serialized, 0, serialized.length - MacKey.MAC_BYTES), mac.toByteArray());
  }

  /** The same with the raw key of the limit's epoch. */
  public boolean verify(byte[] limitKey) {
    return verify(MacKey.of(limit.epoch(), limitKey));
  }

  /** Names this very limit in receipts. */
  public Bytes32 hash() {
    return LabeledHash.of(HASH_LABEL, 1, serialized);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SignedOrderLimit that && Arrays.equals(serialized, that.serialized);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(serialized);
  }

  @Override
  public String toString() {
    return "SignedOrderLimit[" + limit + "]";
  }
}
