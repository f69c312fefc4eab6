package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.piecestore.LogFormat.Frame;
import dev.holdfast.storagenode.piecestore.LogFormat.LogName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds index and counters when a store is opened: from the checkpoint as far as it reaches, and
 * from the logs for everything else. First all pieces are found, then the events about them are
 * applied, because compaction may have moved a piece behind its events.
 */
final class Recovery {
  private final StoreState state;
  private final Map<Integer, PieceLog> logs = new HashMap<>();
  private final List<EventPlace> newEvents = new ArrayList<>();
  private long budgetFloor;

  Recovery(StoreState state) {
    this.state = state;
  }

  private record EventPlace(PieceLog log, long offset) {}

  void run() throws IOException {
    List<PieceLog> found = openLogs();
    Checkpoint checkpoint = Checkpoint.read(state.disk());
    if (checkpoint != null) {
      apply(checkpoint);
    }
    for (PieceLog log : found) {
      Checkpoint.LogState known = checkpoint == null ? null : checkpoint.find(log);
      if (known == null) {
        new LogScanner(log).scan(LogFormat.HEADER_BYTES, new Collector(log));
      }
    }
    for (EventPlace place : newEvents) {
      EventBatch batch = LogScanner.readEvents(place.log(), place.offset());
      if (batch != null) {
        apply(batch);
      }
    }
    dropEmpty(found);
    recount();
  }

  private List<PieceLog> openLogs() throws IOException {
    List<PieceLog> found = new ArrayList<>();
    for (String fileName : state.disk().list()) {
      LogName name = LogName.parse(fileName);
      if (name == null) {
        continue;
      }
      DiskFile file = state.disk().open(fileName);
      ByteBuffer header = ByteBuffer.allocate(LogFormat.HEADER_BYTES);
      file.readFully(header, 0);
      state.raiseSequence(LogFormat.sequenceFloor(name, header.flip()) - 1);
      long end =
          (file.size() + LogFormat.ALIGNMENT - 1) / LogFormat.ALIGNMENT * LogFormat.ALIGNMENT;
      PieceLog log = new PieceLog(name, file, end);
      state.run(() -> state.logs().addFound(log));
      logs.put(log.number(), log);
      found.add(log);
    }
    found.sort(Comparator.comparingInt(PieceLog::number));
    return found;
  }

  private void apply(Checkpoint checkpoint) {
    state.raiseSequence(checkpoint.sequenceFloor() - 1);
    budgetFloor = checkpoint.sequenceFloor();
    state.run(() -> {
      state.budget().restore(checkpoint.day(), checkpoint.releasedBytes());
      for (Checkpoint.LogState known : checkpoint.logs()) {
        PieceLog log = logs.get(known.name().number());
        state.logs().usedNumber(known.name().number());
        if (log != null && checkpoint.find(log) != null) {
          known.eventOffsets().forEach(offset -> log.addEvents(offset, 0));
          log.addOverhead(known.overheadBytes() - log.overheadBytes());
          if (known.duplicated()) {
            log.markDuplicated();
          }
        }
      }
      checkpoint.forEachEntry(entry -> {
        if (logs.containsKey(entry.log())) {
          state.index().put(entry);
        }
      });
    });
  }

  private void apply(EventBatch batch) {
    state.raiseSequence(batch.sequence());
    state.run(() -> {
      for (EventBatch.Subject subject : batch.subjects()) {
        PieceEntry entry = state.index().get(subject.id());
        PieceEntry changed = entry == null ? null : batch.applyTo(entry, subject);
        if (entry != null && changed != null) {
          state.index().put(changed);
          boolean leftTrash =
              batch.kind() == EventBatch.Kind.RELEASE && entry.state() == PieceEntry.State.TRASH;
          if (leftTrash && batch.sequence() >= budgetFloor) {
            state.budget().add(batch.atMillis(), entry.regionBytes());
          }
        }
      }
    });
  }

  /** Logs that hold nothing, left by starts that stored nothing. */
  private void dropEmpty(List<PieceLog> found) throws IOException {
    for (PieceLog log : found) {
      if (log.end() <= LogFormat.HEADER_BYTES) {
        state.run(() -> state.logs().remove(log));
        StoreState.close(log.retire());
        state.disk().delete(log.name().fileName());
      }
    }
  }

  private void recount() {
    state.run(() -> {
      List<PieceEntry> entries = new ArrayList<>();
      state
          .index()
          .forEachSlot(slot -> {
            entries.add(state.index().entryAt(slot));
            if (entries.size() == 1_000) {
              entries.forEach(state::recount);
              entries.clear();
            }
          });
      entries.forEach(state::recount);
    });
  }

  private final class Collector implements LogScanner.Visitor {
    private final PieceLog log;

    Collector(PieceLog log) {
      this.log = log;
    }

    @Override
    public void piece(Frame frame, PieceHead head) throws IOException {
      long highest = Math.max(head.header().sequence(), head.eventSequence());
      state.raiseSequence(Math.max(highest, head.copySequence()));
      PieceEntry entry = head.entry(log.number(), frame.offset(), frame.regionBytes());
      merge(state.locked(() -> state.index().get(entry.id())), entry, head.copySequence());
    }

    @Override
    public void events(Frame frame) {
      log.addEvents(frame.offset(), frame.regionBytes());
      newEvents.add(new EventPlace(log, frame.offset()));
    }

    @Override
    public void mark(Frame frame, StoreMark mark) {
      log.addOverhead(frame.regionBytes());
      state.raiseSequence(mark.sequenceFloor() - 1);
      budgetFloor = Math.max(budgetFloor, mark.sequenceFloor());
      state.run(() -> state.budget().restore(mark.day(), mark.releasedBytes()));
    }

    /**
     * Of two puts the later one counts. Of two copies of one put the earlier copy counts: it was
     * durable before the other one was begun, and is deleted only when that is durable too. The
     * state is the later one of both.
     */
    private void merge(@Nullable PieceEntry known, PieceEntry found, long copySequence)
        throws IOException {
      if (known == null) {
        put(found);
      } else if (known.log() == found.log() && known.offset() == found.offset()) {
        put(known.eventSequence() >= found.eventSequence() ? known : found);
      } else if (known.sequence() != found.sequence()) {
        boolean foundIsLater = found.sequence() > known.sequence();
        put(foundIsLater ? found : known);
        markDuplicated(foundIsLater ? known : found);
      } else {
        boolean foundIsEarlier = copySequence < copySequenceOf(known);
        PieceEntry kept = foundIsEarlier ? found : known;
        PieceEntry other = foundIsEarlier ? known : found;
        boolean keepsState = kept.eventSequence() >= other.eventSequence();
        put(keepsState ? kept : other.at(kept.log(), kept.offset(), kept.regionBytes(), false));
        markDuplicated(other);
      }
    }

    private void put(PieceEntry entry) {
      state.run(() -> state.index().put(entry));
    }

    private void markDuplicated(PieceEntry entry) {
      PieceLog holder = logs.get(entry.log());
      if (holder != null) {
        holder.markDuplicated();
      }
    }

    private long copySequenceOf(PieceEntry entry) throws IOException {
      PieceLog holder = logs.get(entry.log());
      PieceHead head = holder == null ? null : StoredPiece.readHead(holder, entry);
      return head == null ? Long.MAX_VALUE : head.copySequence();
    }
  }
}
