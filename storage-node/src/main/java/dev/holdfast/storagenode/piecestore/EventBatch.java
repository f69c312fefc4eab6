package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.piece.PieceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision about many stored pieces: into trash, out of it again, or released for compaction.
 * Body of an events region: version u8, kind u8, count u16, sequence u64, at u64, due u64
 * (milliseconds), then count times piece id 18 and the sequence of its put u64, then the CRC32C of
 * all that.
 *
 * @param sequence the event's place in the order of events; of two events for one piece the later
 *     one counts
 * @param dueMillis for trash: from when the pieces may be released
 */
record EventBatch(Kind kind, long sequence, long atMillis, long dueMillis, List<Subject> subjects) {
  /** The most pieces in one batch. */
  static final int MAX_SUBJECTS = 1_000;

  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 28;
  private static final int SUBJECT_BYTES = PieceId.LENGTH + 8;

  EventBatch {
    subjects = List.copyOf(subjects);
  }

  /** What happens to the pieces; the ids are frozen. */
  enum Kind {
    TRASH(1),
    RESTORE(2),
    RELEASE(3);

    private final int id;

    Kind(int id) {
      this.id = id;
    }
  }

  /** One piece, told apart from an earlier or later put of the same id by the put's sequence. */
  record Subject(PieceId id, long putSequence) {}

  static int regionBytes(int subjects) {
    return LogFormat.aligned(
        LogFormat.FRAME_BYTES + FIXED_BYTES + (long) subjects * SUBJECT_BYTES + 4);
  }

  EventBatch of(List<Subject> fewer) {
    return new EventBatch(kind, sequence, atMillis, dueMillis, fewer);
  }

  /** Appends the body to a buffer backed by an array. */
  void write(ByteBuffer out) {
    int start = out.position();
    out.put((byte) VERSION).put((byte) kind.id).putShort((short) subjects.size());
    out.putLong(sequence).putLong(atMillis).putLong(dueMillis);
    for (Subject subject : subjects) {
      out.put(subject.id().toByteArray()).putLong(subject.putSequence());
    }
    out.putInt(LogFormat.crc(out.array(), out.arrayOffset() + start, out.position() - start));
  }

  /** The batch in the body of an events region, or null if it is damaged. */
  static @Nullable EventBatch parse(byte[] bytes) {
    if (bytes.length < FIXED_BYTES + 4) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int count = Short.toUnsignedInt(in.getShort(2));
    int length = FIXED_BYTES + count * SUBJECT_BYTES;
    if (bytes[0] != VERSION
        || bytes.length < length + 4
        || in.getInt(length) != LogFormat.crc(bytes, 0, length)) {
      return null;
    }
    for (Kind kind : Kind.values()) {
      if (kind.id == bytes[1]) {
        return parseSubjects(kind, count, in);
      }
    }
    return null;
  }

  private static @Nullable EventBatch parseSubjects(Kind kind, int count, ByteBuffer in) {
    in.position(4);
    long sequence = in.getLong();
    long at = in.getLong();
    long due = in.getLong();
    List<Subject> subjects = new ArrayList<>(count);
    try {
      for (int i = 0; i < count; i++) {
        subjects.add(new Subject(PieceId.read(in), in.getLong()));
      }
    } catch (IllegalArgumentException e) {
      return null;
    }
    return new EventBatch(kind, sequence, at, due, subjects);
  }

  /**
   * The entry after this event, or null if the event is not about this put or an older one than the
   * entry knows.
   */
  @Nullable PieceEntry applyTo(PieceEntry entry, Subject subject) {
    if (entry.sequence() != subject.putSequence() || entry.eventSequence() >= sequence) {
      return null;
    }
    return switch (kind) {
      case TRASH -> entry.changed(PieceEntry.State.TRASH, sequence, dueMillis);
      case RESTORE -> entry.changed(PieceEntry.State.LIVE, sequence, dueMillis);
      case RELEASE -> entry.changed(PieceEntry.State.RELEASED, sequence, PieceEntry.NEVER);
    };
  }
}
