package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.piecestore.LogFormat.LogName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One log file with its counters. Counters are guarded by the store's lock; reading, writing and
 * syncing the file need no lock. A log that was given up is closed when its last reader is done,
 * and with that its space is free.
 */
final class PieceLog {
  private final LogName name;
  private final DiskFile file;
  private final GroupCommit commits;
  private final List<Long> eventOffsets = new ArrayList<>();
  private long end;
  private long liveBytes;
  private long trashBytes;
  private long reservedBytes;
  private long overheadBytes;
  private int writers;
  private boolean sealed;
  private boolean duplicated;
  private int readers;
  private boolean retired;

  PieceLog(LogName name, DiskFile file, long end) {
    this.name = name;
    this.file = file;
    this.commits = new GroupCommit(file);
    this.end = end;
    this.overheadBytes = Math.min(end, LogFormat.HEADER_BYTES);
  }

  LogName name() {
    return name;
  }

  int number() {
    return name.number();
  }

  DiskFile file() {
    return file;
  }

  GroupCommit commits() {
    return commits;
  }

  /** Where the next region starts. */
  long end() {
    return end;
  }

  long liveBytes() {
    return liveBytes;
  }

  long trashBytes() {
    return trashBytes;
  }

  long overheadBytes() {
    return overheadBytes;
  }

  long garbageBytes() {
    return Math.max(0, end - liveBytes - trashBytes - reservedBytes - overheadBytes);
  }

  boolean holdsNoPieces() {
    return liveBytes == 0 && trashBytes == 0 && reservedBytes == 0;
  }

  List<Long> eventOffsets() {
    return eventOffsets;
  }

  void addEvents(long offset, int regionBytes) {
    eventOffsets.add(offset);
    overheadBytes += regionBytes;
  }

  void addOverhead(long bytes) {
    overheadBytes += bytes;
  }

  /** No more regions are begun here. */
  void seal() {
    sealed = true;
  }

  boolean isSealed() {
    return sealed;
  }

  /** Whether nothing will be written here any more. */
  boolean isQuiet() {
    return sealed && writers == 0;
  }

  /**
   * Whether another log may hold records of the same puts, after a crash during compaction or a
   * replaced piece.
   */
  boolean isDuplicated() {
    return duplicated;
  }

  void markDuplicated() {
    duplicated = true;
  }

  /** Reserves a region at the end. */
  long append(int regionBytes) {
    long offset = end;
    end += regionBytes;
    reservedBytes += regionBytes;
    writers++;
    return offset;
  }

  /**
   * The reserved region is written, or given up for good; the caller counts it as what it is now.
   */
  void settle(int regionBytes) {
    reservedBytes -= regionBytes;
    writers--;
  }

  /** One put has the log's end for itself, until {@link #endExclusive}. */
  void beginExclusive() {
    writers++;
  }

  /** The put wrote a region of so many bytes, 0 if it was given up. */
  void endExclusive(int regionBytes) {
    end += regionBytes;
    writers--;
  }

  /** Counts a piece in (sign 1) or out (sign -1) by its state. */
  void account(PieceEntry entry, int sign) {
    switch (entry.state()) {
      case LIVE -> liveBytes += (long) sign * entry.regionBytes();
      case TRASH -> trashBytes += (long) sign * entry.regionBytes();
      case RELEASED -> {}
    }
  }

  void acquire() {
    if (retired) {
      throw new IllegalStateException("log " + number() + " was given up");
    }
    readers++;
  }

  /** Returns the file if it is to be closed now. */
  @Nullable DiskFile release() {
    readers--;
    return retired && readers == 0 ? file : null;
  }

  /** Gives the log up; returns the file if it is to be closed now. */
  @Nullable DiskFile retire() {
    retired = true;
    return readers == 0 ? file : null;
  }
}
