package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.piecestore.LogFormat.RegionKind;
import dev.holdfast.storagenode.piecestore.PieceLogs.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Index, logs and counters of one store under one lock, and the steps that keep them in line. No
 * file is read, written or synced while the lock is held, except that a log is begun or an aborted
 * region cut off. Thread-safe.
 */
final class StoreState {
  private final Disk disk;
  private final PieceStoreConfig config;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final PieceIndex index;
  private final PieceLogs logs;
  private final Set<PieceId> claimed = new HashSet<>();
  private final ReleaseBudget budget;
  private long nextSequence = 1;
  private long earliestDueMillis = PieceEntry.NEVER;
  private long admittedBytes;
  private long unwrittenBytes;
  private long livePieces;
  private long appendedBytes;

  StoreState(Disk disk, PieceStoreConfig config, InstantSource clock, RandomGenerator random) {
    this.disk = disk;
    this.config = config;
    this.clock = clock;
    this.index = new PieceIndex(random.nextLong());
    this.logs = new PieceLogs(disk, config.logBytes(), random);
    this.budget = new ReleaseBudget(config.trashDailyCapBytes());
  }

  Disk disk() {
    return disk;
  }

  PieceStoreConfig config() {
    return config;
  }

  long nowMillis() {
    return clock.millis();
  }

  /** Only inside {@link #locked}. */
  PieceIndex index() {
    return index;
  }

  /** Only inside {@link #locked}. */
  PieceLogs logs() {
    return logs;
  }

  /** Only inside {@link #locked}. */
  ReleaseBudget budget() {
    return budget;
  }

  <T extends @Nullable Object> T locked(Supplier<T> step) {
    lock.lock();
    try {
      return step.get();
    } finally {
      lock.unlock();
    }
  }

  void run(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }

  long takeSequence() {
    return locked(() -> nextSequence++);
  }

  long sequenceFloor() {
    return locked(() -> nextSequence);
  }

  void raiseSequence(long above) {
    run(() -> nextSequence = Math.max(nextSequence, above + 1));
  }

  long earliestDueMillis() {
    return locked(() -> earliestDueMillis);
  }

  void earliestDueMillis(long millis) {
    run(() -> earliestDueMillis = millis);
  }

  /** Bytes of pieces stored since the start; tells when a checkpoint is worth its cost. */
  long appendedBytes() {
    return locked(() -> appendedBytes);
  }

  /** Lets an upload of at most so many bytes begin, if there is space for all of them. */
  void admit(long maxBytes) throws IOException {
    long usable = disk.usableBytes();
    run(() -> {
      long available = availableBytes(usable);
      if (maxBytes > available) {
        throw new HoldfastException(
            ErrorCode.NODE_FULL,
            "This node has "
                + available
                + " bytes left, the piece may take "
                + maxBytes
                + "; choose another node.");
      }
      admittedBytes += maxBytes;
      unwrittenBytes += maxBytes;
    });
  }

  /** So many bytes of an upload now are on the disk's account. */
  void written(long bytes) {
    run(() -> unwrittenBytes -= bytes);
  }

  /** An upload has ended, one way or the other. */
  void admittedEnds(long maxBytes, long writtenBytes) {
    run(() -> {
      admittedBytes -= maxBytes;
      unwrittenBytes -= maxBytes - writtenBytes;
    });
  }

  /**
   * Reserves a region of the shared log. The caller writes it whole, frame first, and settles it.
   */
  Region reserve(int regionBytes) throws IOException {
    long now = nowMillis();
    lock.lock();
    try {
      return logs.reserve(regionBytes, nextSequence, now);
    } finally {
      lock.unlock();
    }
  }

  /** A log whose end the caller has for itself; to be given back to {@link PieceLogs#giveBack}. */
  PieceLog takeLane() throws IOException {
    long now = nowMillis();
    lock.lock();
    try {
      return logs.takeLane(nextSequence, now);
    } finally {
      lock.unlock();
    }
  }

  /** Gives a lane back and removes what was written behind its end. */
  void cutOff(PieceLog lane) {
    try {
      lane.file().truncate(lane.end());
    } catch (IOException e) {
      // The next piece in this log overwrites it.
    }
    run(() -> logs.giveBack(lane, 0));
  }

  /** Only inside {@link #locked}: a new piece is durable and can be found from now on. */
  void show(PieceEntry entry) {
    appendedBytes += entry.regionBytes();
    PieceEntry replaced = index.get(entry.id());
    PieceLog old = replaced == null ? null : logs.get(replaced.log());
    if (old != null) {
      old.markDuplicated();
    }
    change(replaced, entry);
  }

  /** Only inside {@link #locked}: replaces what the index says of a piece, or adds it. */
  void change(@Nullable PieceEntry before, PieceEntry after) {
    if (before != null) {
      accountOut(before);
    }
    recount(after);
    index.put(after);
  }

  /**
   * Only inside {@link #locked}: counts an entry that is in the index but not yet in the counters.
   */
  void recount(PieceEntry entry) {
    PieceLog log = logs.get(entry.log());
    if (log != null) {
      log.account(entry, 1);
    }
    livePieces += entry.state() == PieceEntry.State.LIVE ? 1 : 0;
    if (entry.state() != PieceEntry.State.RELEASED) {
      earliestDueMillis = Math.min(earliestDueMillis, entry.dueMillis());
    }
  }

  /** Only inside {@link #locked}. */
  void forget(PieceEntry entry) {
    accountOut(entry);
    index.remove(entry.id());
  }

  private void accountOut(PieceEntry entry) {
    PieceLog log = logs.get(entry.log());
    if (log != null) {
      log.account(entry, -1);
    }
    livePieces -= entry.state() == PieceEntry.State.LIVE ? 1 : 0;
  }

  /** Whether nobody else is committing or changing this piece; the caller must give it back. */
  boolean claim(PieceId id) {
    return locked(() -> claimed.add(id));
  }

  void unclaim(PieceId id) {
    run(() -> claimed.remove(id));
  }

  /**
   * Writes events about pieces as one batch and applies them; the caller syncs the returned log.
   * The batch must have at most {@link EventBatch#MAX_SUBJECTS} pieces.
   */
  PieceLog append(EventBatch batch) throws IOException {
    int regionBytes = EventBatch.regionBytes(batch.subjects().size());
    Region region = reserve(regionBytes);
    ByteBuffer out = ByteBuffer.allocate(regionBytes);
    LogFormat.putFrame(out, region.log().name(), RegionKind.EVENTS, region.offset(), regionBytes);
    batch.write(out);
    writeReserved(region, out.rewind());
    run(() -> {
      region.log().settle(regionBytes);
      region.log().addEvents(region.offset(), regionBytes);
      for (EventBatch.Subject subject : batch.subjects()) {
        PieceEntry entry = index.get(subject.id());
        PieceEntry changed = entry == null ? null : batch.applyTo(entry, subject);
        if (changed != null) {
          change(entry, changed);
        }
      }
    });
    return region.log();
  }

  /**
   * Writes down counters that must survive the deletion of logs; the caller syncs the returned log.
   */
  PieceLog appendMark() throws IOException {
    Region region = reserve(StoreMark.REGION_BYTES);
    StoreMark mark =
        locked(() -> new StoreMark(nextSequence, budget.day(), budget.releasedBytes()));
    ByteBuffer out = ByteBuffer.allocate(region.bytes());
    LogFormat.putFrame(out, region.log().name(), RegionKind.MARK, region.offset(), region.bytes());
    mark.write(out);
    writeReserved(region, out.rewind());
    run(() -> {
      region.log().settle(region.bytes());
      region.log().addOverhead(region.bytes());
    });
    return region.log();
  }

  private void writeReserved(Region region, ByteBuffer bytes) throws IOException {
    try {
      region.log().file().write(bytes, region.offset());
    } catch (IOException e) {
      run(() -> region.log().settle(region.bytes()));
      throw e;
    }
  }

  /** Closes the readers' hold on a log. */
  void release(PieceLog log) {
    close(locked(log::release));
  }

  static void close(@Nullable DiskFile file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // Nothing was promised about this file any more.
      }
    }
  }

  List<PieceLog> snapshot() {
    return locked(() -> new ArrayList<>(logs.all()));
  }

  SpaceLedger space(long usableBytes) {
    return locked(() ->
        new SpaceLedger(
            config.capacityBytes(),
            logs.sum(PieceLog::end),
            logs.sum(PieceLog::liveBytes),
            logs.sum(PieceLog::trashBytes),
            logs.sum(PieceLog::garbageBytes),
            admittedBytes,
            logs.sum(PieceLog::overheadBytes),
            availableBytes(usableBytes),
            livePieces));
  }

  private long availableBytes(long usableBytes) {
    long byCapacity =
        config.capacityBytes() - config.compactionBytes() - logs.sum(PieceLog::end) - admittedBytes;
    long byDisk = usableBytes - config.diskReserveBytes() - unwrittenBytes;
    return Math.max(0, Math.min(byCapacity, byDisk));
  }
}
