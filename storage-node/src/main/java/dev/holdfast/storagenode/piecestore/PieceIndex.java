package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where every stored piece lies: an open-addressing table of 64-byte slots outside the Java heap,
 * linear probing, deletion by shifting back. It is a cache of what the logs say. Not thread-safe:
 * the store guards it with its lock.
 *
 * <p>Slot: root high u64, root low u64, number u16, state u8, state-in-head u8, log u32, offset /
 * 64 u32, region bytes u32, sequence u64, event sequence u64, due u64, received u32, piece bytes
 * u32. A state of 0 is an empty slot.
 */
@SuppressWarnings(
    "MustBeClosedChecker") // the arena is closed by close(), or when the table has grown out of it
final class PieceIndex implements AutoCloseable {
  static final int SLOT_BYTES = 64;

  private static final int FIRST_SLOTS = 1_024;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final long hashSeed;
  private Arena arena = Arena.ofShared();
  private MemorySegment table = arena.allocate((long) FIRST_SLOTS * SLOT_BYTES, SLOT_BYTES);
  private long slots = FIRST_SLOTS;
  private long used;

  /** The seed keeps strangers from choosing ids that collide. */
  PieceIndex(long hashSeed) {
    this.hashSeed = hashSeed;
  }

  long size() {
    return used;
  }

  @Nullable PieceEntry get(PieceId id) {
    long slot = find(id);
    return stateAt(slot) == 0 ? null : entryAt(slot);
  }

  /** Inserts the entry or replaces the one of the same piece. */
  void put(PieceEntry entry) {
    if ((used + 1) * 4 > slots * 3) {
      grow();
    }
    long slot = find(entry.id());
    if (stateAt(slot) == 0) {
      used++;
    }
    write(slot, entry);
  }

  boolean remove(PieceId id) {
    long slot = find(id);
    if (stateAt(slot) == 0) {
      return false;
    }
    used--;
    long hole = slot;
    long next = following(slot);
    while (stateAt(next) != 0) {
      long home =
          home(table.get(LONG, next), table.get(LONG, next + 8), table.get(SHORT, next + 16));
      boolean mayStay = hole <= next ? home > hole && home <= next : home > hole || home <= next;
      if (!mayStay) {
        MemorySegment.copy(table, next, table, hole, SLOT_BYTES);
        hole = next;
      }
      next = following(next);
    }
    table.asSlice(hole, SLOT_BYTES).fill((byte) 0);
    return true;
  }

  /** Visits every used slot; the visitor must not change the index. */
  void forEachSlot(LongConsumer visitor) {
    for (long slot = 0; slot < slots * SLOT_BYTES; slot += SLOT_BYTES) {
      if (stateAt(slot) != 0) {
        visitor.accept(slot);
      }
    }
  }

  int stateAt(long slot) {
    return table.get(BYTE, slot + 18);
  }

  int logAt(long slot) {
    return table.get(INT, slot + 20);
  }

  long offsetAt(long slot) {
    return Integer.toUnsignedLong(table.get(INT, slot + 24)) * LogFormat.ALIGNMENT;
  }

  int regionBytesAt(long slot) {
    return table.get(INT, slot + 28);
  }

  long sequenceAt(long slot) {
    return table.get(LONG, slot + 32);
  }

  long dueAt(long slot) {
    return table.get(LONG, slot + 48);
  }

  int receivedSecondsAt(long slot) {
    return table.get(INT, slot + 56);
  }

  PieceId idAt(long slot) {
    return new PieceId(
        new RootPieceId(table.get(LONG, slot), table.get(LONG, slot + 8)),
        Short.toUnsignedInt(table.get(SHORT, slot + 16)));
  }

  PieceEntry entryAt(long slot) {
    return new PieceEntry(
        idAt(slot),
        PieceEntry.State.ofId(stateAt(slot)),
        table.get(BYTE, slot + 19) != 0,
        logAt(slot),
        offsetAt(slot),
        regionBytesAt(slot),
        table.get(INT, slot + 60),
        sequenceAt(slot),
        table.get(LONG, slot + 40),
        dueAt(slot),
        receivedSecondsAt(slot));
  }

  /** Appends the bytes of one slot, for a checkpoint. */
  void copySlot(long slot, ByteBuffer target) {
    target.put(table.asSlice(slot, SLOT_BYTES).asByteBuffer());
  }

  /** Reads an entry from the bytes of one slot of a checkpoint. */
  static PieceEntry readSlot(ByteBuffer in) {
    PieceId id = PieceId.read(in);
    PieceEntry.State state = PieceEntry.State.ofId(in.get());
    boolean stateInHead = in.get() != 0;
    int log = in.getInt();
    long offset = Integer.toUnsignedLong(in.getInt()) * LogFormat.ALIGNMENT;
    int regionBytes = in.getInt();
    long sequence = in.getLong();
    long eventSequence = in.getLong();
    long due = in.getLong();
    int received = in.getInt();
    int pieceBytes = in.getInt();
    return new PieceEntry(
        id,
        state,
        stateInHead,
        log,
        offset,
        regionBytes,
        pieceBytes,
        sequence,
        eventSequence,
        due,
        received);
  }

  @Override
  public void close() {
    arena.close();
  }

  private void write(long slot, PieceEntry entry) {
    table.set(LONG, slot, entry.id().root().high());
    table.set(LONG, slot + 8, entry.id().root().low());
    table.set(SHORT, slot + 16, (short) entry.id().pieceNumber());
    table.set(BYTE, slot + 18, (byte) entry.state().id());
    table.set(BYTE, slot + 19, (byte) (entry.stateInHead() ? 1 : 0));
    table.set(INT, slot + 20, entry.log());
    table.set(INT, slot + 24, (int) (entry.offset() / LogFormat.ALIGNMENT));
    table.set(INT, slot + 28, entry.regionBytes());
    table.set(LONG, slot + 32, entry.sequence());
    table.set(LONG, slot + 40, entry.eventSequence());
    table.set(LONG, slot + 48, entry.dueMillis());
    table.set(INT, slot + 56, entry.receivedSeconds());
    table.set(INT, slot + 60, entry.pieceBytes());
  }

  /** The slot of the piece, or the empty slot where it would go. */
  private long find(PieceId id) {
    long high = id.root().high();
    long low = id.root().low();
    short number = (short) id.pieceNumber();
    long slot = home(high, low, number);
    while (stateAt(slot) != 0
        && !(table.get(LONG, slot + 8) == low
            && table.get(LONG, slot) == high
            && table.get(SHORT, slot + 16) == number)) {
      slot = following(slot);
    }
    return slot;
  }

  private long home(long high, long low, short number) {
    long mixed = (high ^ hashSeed) * 0x9E3779B97F4A7C15L + low;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L + number;
    mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
    return ((mixed ^ (mixed >>> 32)) & (slots - 1)) * SLOT_BYTES;
  }

  private long following(long slot) {
    long next = slot + SLOT_BYTES;
    return next == slots * SLOT_BYTES ? 0 : next;
  }

  private void grow() {
    Arena oldArena = arena;
    MemorySegment old = table;
    long oldSlots = slots;
    arena = Arena.ofShared();
    slots = oldSlots * 2;
    table = arena.allocate(slots * SLOT_BYTES, SLOT_BYTES);
    for (long slot = 0; slot < oldSlots * SLOT_BYTES; slot += SLOT_BYTES) {
      if (old.get(BYTE, slot + 18) != 0) {
        long target = home(old.get(LONG, slot), old.get(LONG, slot + 8), old.get(SHORT, slot + 16));
        while (stateAt(target) != 0) {
          target = following(target);
        }
        MemorySegment.copy(old, slot, table, target, SLOT_BYTES);
      }
    }
    oldArena.close();
  }
}
