package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.piece.PieceId;

/**
 * What the index knows about one stored piece.
 *
 * @param state live, in trash, or released (its bytes wait for compaction)
 * @param stateInHead whether the record's own head carries this state, so that no event record is
 *     needed for it
 * @param log number of the log that holds the record
 * @param offset where the record's frame starts in that log, a multiple of {@link
 *     LogFormat#ALIGNMENT}
 * @param regionBytes the record's whole length with frame, head and padding
 * @param pieceBytes the piece's own length
 * @param sequence the put's place in this node's order of events, from 1
 * @param eventSequence that of the latest trash, restore or release, 0 if there was none
 * @param dueMillis live: when the piece expires; trash: from when it may be released; {@link
 *     #NEVER} if not at all
 * @param receivedSeconds when the piece was received, seconds since 1970
 */
record PieceEntry(
    PieceId id,
    State state,
    boolean stateInHead,
    int log,
    long offset,
    int regionBytes,
    int pieceBytes,
    long sequence,
    long eventSequence,
    long dueMillis,
    int receivedSeconds) {

  /** No due time. */
  static final long NEVER = Long.MAX_VALUE;

  /** The states of a stored piece; the ids are frozen, they stand in heads and checkpoints. */
  enum State {
    LIVE(1),
    TRASH(2),
    RELEASED(3);

    private final int id;

    State(int id) {
      this.id = id;
    }

    int id() {
      return id;
    }

    static State ofId(int id) {
      return switch (id) {
        case 1 -> LIVE;
        case 2 -> TRASH;
        case 3 -> RELEASED;
        default -> throw new IllegalArgumentException("unknown piece state " + id);
      };
    }

    static boolean isKnown(int id) {
      return id >= 1 && id <= 3;
    }
  }

  PieceEntry at(int newLog, long newOffset, int newRegionBytes, boolean nowInHead) {
    return new PieceEntry(
        id,
        state,
        nowInHead,
        newLog,
        newOffset,
        newRegionBytes,
        pieceBytes,
        sequence,
        eventSequence,
        dueMillis,
        receivedSeconds);
  }

  PieceEntry changed(State newState, long newEventSequence, long newDueMillis) {
    return new PieceEntry(
        id,
        newState,
        false,
        log,
        offset,
        regionBytes,
        pieceBytes,
        sequence,
        newEventSequence,
        newDueMillis,
        receivedSeconds);
  }

  boolean isSameRecord(PieceEntry other) {
    return log == other.log && offset == other.offset && sequence == other.sequence;
  }
}
