package dev.holdfast.piececlient;

import dev.holdfast.protocol.frame.Frame;
import org.jspecify.annotations.Nullable;

/** Told how a {@link PieceRead} goes, on an event loop: must not block. */
public interface PieceReadListener {
  /**
   * A slot is full.
   *
   * @param index of the slot in the request
   * @param proof the share's path to the segment root when proofs were asked for; not verified
   */
  void filled(int index, Frame.@Nullable Proof proof);

  /** The read is over; null: all slots are full. */
  void ended(@Nullable Throwable failure);
}
