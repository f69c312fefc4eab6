package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.piecestore.EventBatch.Kind;
import dev.holdfast.storagenode.piecestore.EventBatch.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Hands pieces over to compaction: expired ones, and those in trash whose hold has passed, oldest
 * first, as far as the daily cap allows. What the cap holds back stays in trash until the next day.
 */
final class Releaser {
  /** The most pieces that one step looks at. */
  private static final int STEP_PIECES = 20_000;

  private final StoreState state;

  Releaser(StoreState state) {
    this.state = state;
  }

  /** Releases what is due; returns the bytes. */
  long runOnce() throws IOException {
    long now = state.nowMillis();
    if (now < state.earliestDueMillis()) {
      return 0;
    }
    List<PieceEntry> due = collect(now);
    List<Subject> released = new ArrayList<>();
    long bytes = 0;
    boolean capped = false;
    for (PieceEntry entry : due) {
      boolean passes =
          entry.state() == PieceEntry.State.LIVE
              || state.locked(() -> state.budget().take(now, entry.regionBytes()));
      if (passes) {
        released.add(new Subject(entry.id(), entry.sequence()));
        bytes += entry.regionBytes();
      } else {
        capped = true;
      }
    }
    for (int from = 0; from < released.size(); from += EventBatch.MAX_SUBJECTS) {
      List<Subject> part =
          released.subList(from, Math.min(released.size(), from + EventBatch.MAX_SUBJECTS));
      // Synced, because compaction drops the earlier event that this one supersedes.
      state
          .append(new EventBatch(Kind.RELEASE, state.takeSequence(), now, PieceEntry.NEVER, part))
          .commits()
          .sync();
    }
    if (capped) {
      long tomorrow = ReleaseBudget.startOfDayMillis(ReleaseBudget.dayOf(now) + 1);
      state.run(() -> state.earliestDueMillis(Math.min(tomorrow, nextAfter(now))));
    }
    return bytes;
  }

  /** Collects what is due, oldest first, and notes when something will be due next. */
  private List<PieceEntry> collect(long now) {
    Comparator<PieceEntry> order = Comparator.comparingLong(PieceEntry::dueMillis);
    PriorityQueue<PieceEntry> due = new PriorityQueue<>(order.reversed());
    state.run(() -> {
      boolean[] more = new boolean[1];
      state
          .index()
          .forEachSlot(slot -> {
            if (dueAt(slot) <= now) {
              due.add(state.index().entryAt(slot));
              if (due.size() > STEP_PIECES) {
                due.poll();
                more[0] = true;
              }
            }
          });
      state.earliestDueMillis(more[0] ? now : nextAfter(now));
    });
    return due.stream().sorted(order).toList();
  }

  private long nextAfter(long now) {
    long[] next = {PieceEntry.NEVER};
    state
        .index()
        .forEachSlot(slot -> {
          long at = dueAt(slot);
          if (at > now) {
            next[0] = Math.min(next[0], at);
          }
        });
    return next[0];
  }

  /** When the slot's piece may be released; an expired piece is kept unread for the grace time. */
  private long dueAt(long slot) {
    int pieceState = state.index().stateAt(slot);
    long due = state.index().dueAt(slot);
    if (pieceState == PieceEntry.State.RELEASED.id() || due == PieceEntry.NEVER) {
      return PieceEntry.NEVER;
    }
    return pieceState == PieceEntry.State.LIVE.id()
        ? due + state.config().expiryGrace().toMillis()
        : due;
  }
}
