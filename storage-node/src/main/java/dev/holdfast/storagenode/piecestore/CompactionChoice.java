package dev.holdfast.storagenode.piecestore;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which log is worth compacting. First those that a crash left with second copies; then
 * those without pieces; then those with much garbage, and with little when space is short; then the
 * smallest of too many small ones. Logs in use are closed first when they hold much garbage, so
 * that a store that was emptied shrinks at once.
 */
final class CompactionChoice {
  private static final double GARBAGE_SHARE = 0.3;
  private static final double PRESSED_GARBAGE_SHARE = 0.05;
  private static final double PRESSURE_SHARE = 0.1;
  private static final long LEAST_GARBAGE_BYTES = 64 << 10;
  private static final int MANY_SMALL_LOGS = 16;
  private static final long HEADROOM_BYTES = 16 << 20;

  private final StoreState state;

  CompactionChoice(StoreState state) {
    this.state = state;
  }

  @Nullable PieceLog next() throws IOException {
    long usable = state.disk().usableBytes();
    SpaceLedger space = state.space(usable);
    boolean pressed = space.availableBytes() < space.capacityBytes() * PRESSURE_SHARE;
    double share = pressed ? PRESSED_GARBAGE_SHARE : GARBAGE_SHARE;
    return state.locked(() -> {
      state.logs().roll(log -> isWorth(log.garbageBytes(), log, share));
      List<PieceLog> possible =
          state.logs().all().stream()
              .filter(PieceLog::isQuiet)
              .filter(log ->
                  log.holdsNoPieces()
                      || log.liveBytes() + log.trashBytes() + HEADROOM_BYTES <= usable)
              .toList();
      return choose(possible, share);
    });
  }

  private @Nullable PieceLog choose(List<PieceLog> possible, double share) {
    for (PieceLog log : possible) {
      if (log.isDuplicated()) {
        return log;
      }
    }
    for (PieceLog log : possible) {
      if (log.holdsNoPieces()) {
        return log;
      }
    }
    Comparator<PieceLog> byShare =
        Comparator.comparingDouble(log -> (double) log.garbageBytes() / log.end());
    PieceLog fullest =
        possible.stream()
            .filter(log -> isWorth(log.garbageBytes(), log, share))
            .max(byShare)
            .orElse(null);
    if (fullest != null) {
      return fullest;
    }
    List<PieceLog> small =
        possible.stream().filter(log -> log.end() < state.config().logBytes() / 8).toList();
    return small.size() > MANY_SMALL_LOGS
        ? small.stream().min(Comparator.comparingLong(PieceLog::end)).orElse(null)
        : null;
  }

  private static boolean isWorth(long garbageBytes, PieceLog log, double share) {
    return garbageBytes >= LEAST_GARBAGE_BYTES && garbageBytes >= log.end() * share;
  }
}
