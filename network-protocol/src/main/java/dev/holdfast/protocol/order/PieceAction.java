package dev.holdfast.protocol.order;

/** What an order limit permits on one piece. Frozen numeric ids. */
public enum PieceAction {
  PUT(1),
  GET(2),
  GET_AUDIT(3),
  GET_REPAIR(4),
  PUT_REPAIR(5);

  private final int id;

  PieceAction(int id) {
    this.id = id;
  }

  /** The frozen numeric id. */
  public int id() {
    return id;
  }

  /** Whether the node takes a piece in. */
  public boolean isPut() {
    return switch (this) {
      case PUT, PUT_REPAIR -> true;
      case GET, GET_AUDIT, GET_REPAIR -> false;
    };
  }

  /** Whether the node gives bytes of a piece out. */
  public boolean isGet() {
    return !isPut();
  }

  /** The action of a numeric id. */
  public static PieceAction ofId(int id) {
    return switch (id) {
      case 1 -> PUT;
      case 2 -> GET;
      case 3 -> GET_AUDIT;
      case 4 -> GET_REPAIR;
      case 5 -> PUT_REPAIR;
      default ->
          throw new IllegalArgumentException("Unknown piece action " + id + "; known are 1 to 5.");
    };
  }
}
