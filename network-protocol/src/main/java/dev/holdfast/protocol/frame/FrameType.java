package dev.holdfast.protocol.frame;

import org.jspecify.annotations.Nullable;

/** The frozen type bytes of frames. */
enum FrameType {
  PUT_BEGIN(1),
  ORDER(2),
  SHARE_BYTES(3),
  PUT_FINISH(4),
  CANCEL(5),
  GET(6),
  DELETE(7),
  LIST_PIECES(8),
  RECEIPT(33),
  PROOF(34),
  DONE(35),
  CANCELLED(36),
  DELETED(37),
  PIECES(38),
  REFUSED(39);

  private static final @Nullable FrameType[] BY_ID = new @Nullable FrameType[256];

  static {
    for (FrameType type : values()) {
      BY_ID[type.id] = type;
    }
  }

  private final int id;

  FrameType(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  static @Nullable FrameType ofId(int id) {
    return BY_ID[id];
  }
}
