package dev.holdfast.uplink.segment.download;

import dev.holdfast.piececlient.LimitSession;

/**
 * A node that should hold a piece of the segment, as one read has come to know it. Guarded by the
 * read.
 */
final class PieceHolder {
  private static final int MOST_FAILURES = 2;

  private final LimitSession session;
  private final int piece;
  private boolean doubtful;
  private boolean late;
  private boolean bad;
  private boolean distrusted;
  private int failures;
  private boolean reported;

  PieceHolder(LimitSession session, boolean doubtful) {
    this.session = session;
    this.piece = session.limit().pieceId().pieceNumber();
    this.doubtful = doubtful;
  }

  LimitSession session() {
    return session;
  }

  int piece() {
    return piece;
  }

  /** Whether it is as good as any other to ask. */
  boolean isPreferred() {
    return !doubtful && !late && isTrusted() && failures == 0;
  }

  /** Whether it may be asked at all, as a last resort. */
  boolean isEligible() {
    return !bad && failures < MOST_FAILURES;
  }

  void answered() {
    late = false;
    doubtful = failures > 0;
  }

  void noteLate() {
    late = true;
  }

  void noteFailure() {
    failures++;
  }

  /** Its share does not lead to the segment root. */
  void noteBad() {
    bad = true;
  }

  /** It gave a share that was wrong, and none with a proof that is: asked last. */
  void mistrust() {
    distrusted = true;
  }

  /** Whether none of its shares turned out to be wrong. */
  boolean isTrusted() {
    return !bad && !distrusted;
  }

  boolean isBad() {
    return bad;
  }

  /** Whether this is the first thing to report about it. */
  boolean takeReport() {
    boolean first = !reported;
    reported = true;
    return first;
  }
}
