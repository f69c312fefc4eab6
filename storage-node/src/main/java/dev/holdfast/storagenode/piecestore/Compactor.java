package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.piecestore.EventBatch.Subject;
import dev.holdfast.storagenode.piecestore.PieceLogs.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives the disk back what nobody needs: copies what still counts out of one log and deletes it. A
 * log goes only when every copy is durable, so that a crash at any point leaves at least one whole
 * copy. Bytes are moved as they are, damaged ones too: whether a piece is good is for audits to
 * say. One step moves at most one log, which bounds the extra space.
 */
final class Compactor {
  private static final int COPY_BUFFER_BYTES = 256 << 10;
  private static final int BATCH_PIECES = 2_000;

  private final StoreState state;
  private final CompactionChoice choice;
  private long lostPieces;

  Compactor(StoreState state) {
    this.state = state;
    this.choice = new CompactionChoice(state);
  }

  /** Pieces dropped so far because their head was damaged. */
  long lostPieces() {
    return lostPieces;
  }

  /**
   * Compacts the log that is worth it most; returns the bytes given back, 0 if no log is worth it,
   * negative never.
   */
  long runOnce() throws IOException {
    PieceLog log = choice.next();
    return log == null ? 0 : compact(log);
  }

  private long compact(PieceLog log) throws IOException {
    long before = log.end();
    long moved = 0;
    Set<PieceLog> touched = new HashSet<>();
    List<PieceEntry> batch;
    long cursor = 0;
    do {
      batch = piecesFrom(log, cursor);
      moved += move(log, batch);
      cursor = batch.isEmpty() ? cursor : batch.getLast().offset() + 1;
    } while (batch.size() == BATCH_PIECES);
    moved += keepEvents(log, touched);
    touched.add(state.appendMark());
    for (PieceLog target : touched) {
      target.commits().sync();
    }
    boolean empty =
        state.locked(() -> {
          forgetReleased(log);
          return log.holdsNoPieces();
        });
    if (empty) {
      state.run(() -> state.logs().remove(log));
      StoreState.close(state.locked(log::retire));
      state.disk().delete(log.name().fileName());
      state.disk().sync();
    }
    return empty ? Math.max(1, before - moved) : 0;
  }

  /** Pieces that still count in a log, from an offset on, in the order of their places. */
  private List<PieceEntry> piecesFrom(PieceLog log, long from) {
    Comparator<PieceEntry> order = Comparator.comparingLong(PieceEntry::offset);
    PriorityQueue<PieceEntry> first = new PriorityQueue<>(order.reversed());
    state.run(() ->
        state
            .index()
            .forEachSlot(slot -> {
              boolean wanted =
                  state.index().logAt(slot) == log.number()
                      && state.index().offsetAt(slot) >= from
                      && state.index().stateAt(slot) != PieceEntry.State.RELEASED.id();
              PieceEntry last = first.peek();
              if (wanted
                  && (first.size() < BATCH_PIECES
                      || last == null
                      || state.index().offsetAt(slot) < last.offset())) {
                first.add(state.index().entryAt(slot));
                if (first.size() > BATCH_PIECES) {
                  first.poll();
                }
              }
            }));
    return first.stream().sorted(order).toList();
  }

  private record Copy(PieceEntry from, Region to) {}

  private long move(PieceLog log, List<PieceEntry> entries) throws IOException {
    List<Copy> copies = new ArrayList<>();
    Set<PieceLog> targets = new HashSet<>();
    long bytes = 0;
    try {
      for (PieceEntry entry : entries) {
        Region region = copy(log, entry);
        if (region != null) {
          copies.add(new Copy(entry, region));
          targets.add(region.log());
          bytes += region.bytes();
        }
      }
      for (PieceLog target : targets) {
        target.commits().sync();
      }
    } catch (IOException | RuntimeException e) {
      copies.forEach(copy -> state.run(() -> copy.to().log().settle(copy.to().bytes())));
      throw e;
    }
    for (Copy copy : copies) {
      state.run(() -> redirect(copy));
    }
    return bytes;
  }

  private void redirect(Copy copy) {
    PieceEntry current = state.index().get(copy.from().id());
    Region to = copy.to();
    to.log().settle(to.bytes());
    if (current != null && current.isSameRecord(copy.from())) {
      boolean stateInHead = current.eventSequence() == copy.from().eventSequence();
      state.change(current, current.at(to.log().number(), to.offset(), to.bytes(), stateInHead));
    }
  }

  /**
   * Copies one record with its present state in its head; null, and the piece forgotten, if its
   * head is damaged.
   */
  private @Nullable Region copy(PieceLog log, PieceEntry entry) throws IOException {
    PieceHead head = StoredPiece.readHead(log, entry);
    if (head == null) {
      lostPieces++;
      state.run(() -> {
        PieceEntry current = state.index().get(entry.id());
        if (current != null && current.isSameRecord(entry)) {
          state.forget(current);
        }
      });
      return null;
    }
    long copySequence = state.takeSequence();
    Region region = state.reserve(entry.regionBytes());
    boolean copied = false;
    try {
      copyBytes(log, entry, region);
      ByteBuffer start = ByteBuffer.allocate(PieceHead.BODY_OFFSET);
      new PieceHead(
              head.header(), entry.state(), entry.eventSequence(), entry.dueMillis(), copySequence)
          .writeFramed(start, region.log().name(), region.offset(), region.bytes());
      region.log().file().write(start.rewind(), region.offset());
      copied = true;
    } finally {
      if (!copied) {
        state.run(() -> region.log().settle(region.bytes()));
      }
    }
    return region;
  }

  private static void copyBytes(PieceLog log, PieceEntry entry, Region region) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(COPY_BUFFER_BYTES, entry.regionBytes()));
    int at = PieceHead.BODY_OFFSET;
    while (at < entry.regionBytes()) {
      buffer.clear().limit(Math.min(buffer.capacity(), entry.regionBytes() - at));
      int read = log.file().readFully(buffer, entry.offset() + at);
      if (read == 0) {
        return; // the log was cut off: nothing is there to move
      }
      region.log().file().write(buffer.flip(), region.offset() + at);
      at += read;
    }
  }

  /** Writes events again that other logs' pieces still need. */
  private long keepEvents(PieceLog log, Set<PieceLog> touched) throws IOException {
    long bytes = 0;
    for (long offset : log.eventOffsets()) {
      EventBatch batch = LogScanner.readEvents(log, offset);
      if (batch == null) {
        continue;
      }
      List<Subject> needed =
          batch.subjects().stream()
              .filter(subject -> state.locked(() -> isNeeded(log, batch, subject)))
              .toList();
      if (!needed.isEmpty()) {
        touched.add(state.append(batch.of(needed)));
        bytes += EventBatch.regionBytes(needed.size());
      }
    }
    return bytes;
  }

  private boolean isNeeded(PieceLog log, EventBatch batch, Subject subject) {
    PieceEntry entry = state.index().get(subject.id());
    return entry != null
        && entry.sequence() == subject.putSequence()
        && entry.eventSequence() == batch.sequence()
        && !entry.stateInHead()
        && entry.log() != log.number();
  }

  /** Forgets released pieces of the log, whose bytes go with it. */
  private void forgetReleased(PieceLog log) {
    List<PieceEntry> released = new ArrayList<>();
    state
        .index()
        .forEachSlot(slot -> {
          if (state.index().logAt(slot) == log.number()
              && state.index().stateAt(slot) == PieceEntry.State.RELEASED.id()) {
            released.add(state.index().entryAt(slot));
          }
        });
    released.forEach(state::forget);
  }
}
