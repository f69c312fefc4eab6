package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.piecestore.LogFormat.LogName;
import java.io.IOException;
import java.util.Collection;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All logs of the store and which one takes new regions. Guarded by the store's lock. */
final class PieceLogs {
  private final Disk disk;
  private final long logBytes;
  private final RandomGenerator random;
  private final TreeMap<Integer, PieceLog> logs = new TreeMap<>();
  private @Nullable PieceLog active;
  private int lastNumber;

  PieceLogs(Disk disk, long logBytes, RandomGenerator random) {
    this.disk = disk;
    this.logBytes = logBytes;
    this.random = random;
  }

  /** A reserved region. */
  record Region(PieceLog log, long offset, int bytes, boolean framed) {}

  Collection<PieceLog> all() {
    return logs.values();
  }

  @Nullable PieceLog get(int number) {
    return logs.get(number);
  }

  @Nullable PieceLog active() {
    return active;
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
   * Reserves a region; a new log is begun when the active one has no room or can no longer be
   * trusted.
   */
  Region reserve(int regionBytes, boolean mayReuse, long sequenceFloor, long nowMillis)
      throws IOException {
    PieceLog log = active;
    if (log != null && !log.commits().hasFailed()) {
      long reused = mayReuse ? log.reuse(regionBytes) : -1;
      if (reused >= 0) {
        return new Region(log, reused, regionBytes, true);
      }
      if (log.end() + regionBytes <= logBytes || log.end() == LogFormat.HEADER_BYTES) {
        return new Region(log, log.append(regionBytes), regionBytes, false);
      }
    }
    log = begin(sequenceFloor, nowMillis);
    return new Region(log, log.append(regionBytes), regionBytes, false);
  }

  /** Closes the active log for new regions. */
  void roll() {
    if (active != null) {
      active.seal();
      active = null;
    }
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
    roll();
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
    active = log;
    return log;
  }
}
