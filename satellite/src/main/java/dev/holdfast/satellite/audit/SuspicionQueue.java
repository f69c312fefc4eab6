package dev.holdfast.satellite.audit;

import java.util.List;

/** Takes suspicions; they only choose what is asked next and count against nobody. Thread-safe. */
public interface SuspicionQueue {
  /** Keeps the suspicions until an audit has asked the node; bounded, the surplus is dropped. */
  void report(List<SuspectedPiece> pieces);
}
