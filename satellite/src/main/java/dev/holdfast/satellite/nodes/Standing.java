package dev.holdfast.satellite.nodes;

/**
 * How the satellite regards a node now. A suspended node takes no uploads but still serves reads.
 */
public enum Standing {
  ONLINE("online"),
  OFFLINE("offline"),
  SUSPENDED("suspended");

  private final String text;

  Standing(String text) {
    this.text = text;
  }

  /** The stable lower-case name used on the wire. */
  public String text() {
    return text;
  }
}
