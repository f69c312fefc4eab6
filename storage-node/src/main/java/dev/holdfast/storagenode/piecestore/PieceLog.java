package dev.holdfast.storagenode.piecestore;

import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.piecestore.LogFormat.LogName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One log file with its counters. Counters and regions are guarded by the store's lock; reading,
 * writing and syncing the file need no lock. A log that was given up is closed when its last reader
 * is done, and with that its space is free.
 */
final class PieceLog {
  private final LogName name;
  private final DiskFile file;
  private final GroupCommit commits;
  private final List<Long> eventOffsets = new ArrayList<>();
  private final Map<Integer, Deque<Long>> freeRegions = new HashMap<>();
  private long end;
  private long freeBytes;
  private long liveBytes;
  private long trashBytes;
  private long reservedBytes;
  private long overheadBytes;
  private int inFlight;
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

  long end() {
    return end;
  }

  long liveBytes() {
    return liveBytes;
  }

  long trashBytes() {
    return trashBytes;
  }

  long reservedBytes() {
    return reservedBytes;
  }

  long overheadBytes() {
    return overheadBytes;
  }

  long garbageBytes() {
    return Math.max(0, end - liveBytes - trashBytes - reservedBytes - overheadBytes);
  }

  /** Garbage without the regions that the next put may take. */
  long deadBytes() {
    return Math.max(0, garbageBytes() - freeBytes);
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

  void addOverhead(int regionBytes) {
    overheadBytes += regionBytes;
  }

  boolean isSealed() {
    return sealed;
  }

  /** No more regions are reserved here. */
  void seal() {
    sealed = true;
    freeRegions.clear();
    freeBytes = 0;
  }

  boolean isQuiet() {
    return sealed && inFlight == 0;
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

  /** A region at the end of the log. */
  long append(int regionBytes) {
    long offset = end;
    end += regionBytes;
    reservedBytes += regionBytes;
    inFlight++;
    return offset;
  }

  /**
   * A region of this very size that an aborted put left, with its frame already in place; -1 if
   * there is none.
   */
  long reuse(int regionBytes) {
    Deque<Long> offsets = freeRegions.get(regionBytes);
    if (offsets == null || offsets.isEmpty()) {
      return -1;
    }
    freeBytes -= regionBytes;
    reservedBytes += regionBytes;
    inFlight++;
    return offsets.pop();
  }

  /** The region now holds what it was reserved for; the caller counts it as what it is. */
  void settle(int regionBytes) {
    reservedBytes -= regionBytes;
    inFlight--;
  }

  /**
   * The region holds nothing; it is kept for another put of its size, or cut off if the log ends
   * with it.
   */
  void abandon(long offset, int regionBytes, boolean reusable) throws IOException {
    reservedBytes -= regionBytes;
    inFlight--;
    if (sealed || !reusable) {
      return;
    }
    if (offset + regionBytes == end) {
      file.truncate(offset);
      end = offset;
    } else {
      freeBytes += regionBytes;
      freeRegions.computeIfAbsent(regionBytes, _ -> new ArrayDeque<>()).push(offset);
    }
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
