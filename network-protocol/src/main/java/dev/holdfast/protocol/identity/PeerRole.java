package dev.holdfast.protocol.identity;

/**
 * What a peer is in the network; part of its id, so that one key never serves two roles. Frozen
 * numeric ids.
 */
public enum PeerRole {
  SATELLITE(1),
  NODE(2);

  private final int id;

  PeerRole(int id) {
    this.id = id;
  }

  /** The frozen numeric id. */
  public int id() {
    return id;
  }

  /** The role of a numeric id. */
  public static PeerRole ofId(int id) {
    return switch (id) {
      case 1 -> SATELLITE;
      case 2 -> NODE;
      default ->
          throw new IllegalArgumentException(
              "Unknown peer role " + id + "; known are 1 (satellite), 2 (node).");
    };
  }
}
