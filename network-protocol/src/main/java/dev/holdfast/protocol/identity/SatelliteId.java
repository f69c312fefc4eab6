package dev.holdfast.protocol.identity;

import com.google.errorprone.annotations.Immutable;

/**
 * The id of a satellite: the labelled hash of its role and identity key. Text form: 64 hex digits.
 */
@Immutable
public record SatelliteId(Bytes32 value) implements Comparable<SatelliteId> {

  /** Copies exactly 32 bytes. */
  public static SatelliteId of(byte[] value) {
    return new SatelliteId(Bytes32.of(value));
  }

  /** Reads 64 hex digits. */
  public static SatelliteId parse(String hex) {
    return new SatelliteId(Bytes32.parse(hex));
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return value.toByteArray();
  }

  @Override
  public int compareTo(SatelliteId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
