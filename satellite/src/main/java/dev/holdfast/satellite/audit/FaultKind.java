package dev.holdfast.satellite.audit;

/** What was proven against a node. The ids stand in the database and are frozen. */
public enum FaultKind {
  /** It sent a share that does not belong under the segment root. */
  BAD_SHARE(1),
  /** It does not have a piece that it gave a receipt for and that is still counted on it. */
  PIECE_MISSING(2),
  /** It says itself that the piece is damaged. */
  PIECE_DAMAGED(3);

  private final int id;

  FaultKind(int id) {
    this.id = id;
  }

  public int id() {
    return id;
  }
}
