package dev.holdfast.satellite.database;

/** What to do when the connection is lost while COMMIT is on its way. */
public enum UnknownOutcome {
  /** Run the body again: it finds its own traces and does not apply itself twice. */
  REPEAT,
  /** Give up with storage-failed: running it again could apply it twice. */
  FAIL
}
