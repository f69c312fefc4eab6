package dev.holdfast.protocol.identity;

import com.google.errorprone.annotations.Immutable;

/** The id of a node: the labelled hash of its role and identity key. Text form: 64 hex digits. */
@Immutable
public record NodeId(Bytes32 value) implements Comparable<NodeId> {

  /** Copies exactly 32 bytes. */
  public static NodeId of(byte[] value) {
    return new NodeId(Bytes32.of(value));
  }

  /** Reads 64 hex digits. */
  public static NodeId parse(String hex) {
    return new NodeId(Bytes32.parse(hex));
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return value.toByteArray();
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
