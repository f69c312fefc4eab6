package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.piecestore.LogFormat.LogName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All logs of the store and where new regions go. Regions of known size are appended to the one
 * shared log, so that their writers share its syncs. A large piece, whose size is known only at its
 * end, has the end of a log to itself; such logs (lanes) are used by one put after the other.
 * Guarded by the store's lock.
 */
final class PieceLogs {
  /** Lanes kept for the next large pieces; further ones are closed. */
  private static final int MAX_IDLE_LANES = 16;

  private final Disk disk;
  private final long logBytes;
  private final RandomGenerator random;
  private final TreeMap<Integer, PieceLog> logs = new TreeMap<>();
  private final Deque<PieceLog> idleLanes = new ArrayDeque<>();
  private @Nullable PieceLog shared;
  private int lastNumber;

  PieceLogs(Disk disk, long logBytes, RandomGenerator random) {
    this.disk = disk;
    this.logBytes = logBytes;
    this.random = random;
  }

  /** A reserved region. */
  record Region(PieceLog log, long offset, int bytes) {}

  Collection<PieceLog> all() {
    return logs.values();
  }

  @Nullable PieceLog get(int number) {
    return logs.get(number);
  }

  /** Adds a log found at start; it takes no new regions. */
  void addFound(PieceLog log) {
    log.seal();
    logs.put(log.number(), log);
    lastNumber = Math.max(lastNumber, log.number());
  }

  /** No log has this number or a lower one in the future. */
  void usedNumber(int number) {
    lastNumber = Math.max(lastNumber, number);
  }

  /**
   * Reserves a region; a new log is begun when the shared one has no room or can no longer be
   * trusted.
   */
  Region reserve(int regionBytes, long sequenceFloor, long nowMillis) throws IOException {
    PieceLog log = shared;
    boolean fits =
        log != null
            && !log.commits().hasFailed()
            && (log.end() + regionBytes <= logBytes || log.end() == LogFormat.HEADER_BYTES);
    if (log == null || !fits) {
      PieceLog fresh = begin(sequenceFloor, nowMillis);
      if (log != null) {
        log.seal();
      }
      shared = fresh;
      log = fresh;
    }
    return new Region(log, log.append(regionBytes), regionBytes);
  }

  /** A log whose end belongs to the caller until {@link #giveBack}. */
  PieceLog takeLane(long sequenceFloor, long nowMillis) throws IOException {
    PieceLog lane = idleLanes.poll();
    if (lane == null) {
      lane = begin(sequenceFloor, nowMillis);
    }
    lane.beginExclusive();
    return lane;
  }

  void giveBack(PieceLog lane, int regionBytes) {
    lane.endExclusive(regionBytes);
    boolean full = lane.end() > logBytes / 8 * 7 || idleLanes.size() >= MAX_IDLE_LANES;
    if (full || lane.commits().hasFailed()) {
      lane.seal();
    } else {
      idleLanes.push(lane);
    }
  }

  /** Closes logs for new regions. */
  void roll(Predicate<PieceLog> which) {
    if (shared != null && which.test(shared)) {
      shared.seal();
      shared = null;
    }
    List<PieceLog> rolled = idleLanes.stream().filter(which).toList();
    rolled.forEach(PieceLog::seal);
    idleLanes.removeAll(new ArrayList<>(rolled));
  }

  void remove(PieceLog log) {
    logs.remove(log.number());
  }

  long sum(ToLongFunction<PieceLog> counter) {
    long sum = 0;
    for (PieceLog log : logs.values()) {
      sum += counter.applyAsLong(log);
    }
    return sum;
  }

  private PieceLog begin(long sequenceFloor, long nowMillis) throws IOException {
    LogName name = new LogName(lastNumber + 1, random.nextLong());
    DiskFile file = disk.create(name.fileName());
    try {
      file.write(LogFormat.header(name, sequenceFloor, nowMillis), 0);
      disk.sync();
    } catch (IOException e) {
      file.close();
      disk.delete(name.fileName());
      throw e;
    }
    lastNumber++;
    PieceLog log = new PieceLog(name, file, LogFormat.HEADER_BYTES);
    logs.put(log.number(), log);
    return log;
  }
}
