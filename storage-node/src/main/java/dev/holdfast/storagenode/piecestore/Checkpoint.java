package dev.holdfast.storagenode.piecestore;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.piecestore.LogFormat.LogName;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The index as it was at one moment, so that a start need not walk through all logs. It names the
 * logs whose regions it covers wholly; the others are scanned again. A missing or damaged
 * checkpoint costs time only.
 *
 * <p>File: magic u32, version u8, 3 zero bytes, sequence floor u64, day u64, bytes released that
 * day u64, log count u32, slot count u64; per log: number u32, salt u64, end u64, overhead u64,
 * duplicated u8, event count u32, event offsets u64 each; then the slots of the index, 64 bytes
 * each; then the CRC32C of all before.
 */
record Checkpoint(
    long sequenceFloor, long day, long releasedBytes, List<LogState> logs, ByteBuffer slots) {
  static final String FILE_NAME = "pieces.checkpoint";

  private static final String NEW_FILE_NAME = "pieces.checkpoint.new";
  private static final int MAGIC = 0x48465043; // HFPC
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 44;
  private static final int LOG_BYTES = 33;
  private static final int BUFFER_BYTES = 256 << 10;

  /** What the checkpoint knows of a log that it covers wholly. */
  record LogState(
      LogName name, long end, long overheadBytes, boolean duplicated, List<Long> eventOffsets) {}

  @Nullable LogState find(PieceLog log) {
    for (LogState known : logs) {
      if (known.name().equals(log.name()) && known.end() <= log.end()) {
        return known;
      }
    }
    return null;
  }

  void forEachEntry(Consumer<PieceEntry> consumer) {
    ByteBuffer in = slots.duplicate();
    while (in.remaining() >= PieceIndex.SLOT_BYTES) {
      consumer.accept(PieceIndex.readSlot(in));
    }
  }

  /**
   * The checkpoint on the disk, or null if there is none that can be trusted. Refuses a newer
   * version.
   */
  static @Nullable Checkpoint read(Disk disk) throws IOException {
    if (!disk.list().contains(FILE_NAME)) {
      return null;
    }
    try (DiskFile file = disk.open(FILE_NAME)) {
      long size = file.size();
      if (size < HEADER_BYTES + 4 || size > Integer.MAX_VALUE) {
        return null;
      }
      ByteBuffer in = allocate(size);
      if (file.readFully(in, 0) < size) {
        return null;
      }
      in.flip();
      CRC32C crc = new CRC32C();
      crc.update(in.duplicate().limit((int) size - 4));
      if (in.getInt(0) != MAGIC || in.getInt((int) size - 4) != (int) crc.getValue()) {
        return null;
      }
      if (in.get(4) != VERSION) {
        throw new HoldfastException(
            ErrorCode.VERSION_UNSUPPORTED,
            "The file "
                + FILE_NAME
                + " has format version "
                + in.get(4)
                + "; start the node with the program that wrote it.");
      }
      return parse(in.limit((int) size - 4));
    }
  }

  private static @Nullable Checkpoint parse(ByteBuffer in) {
    in.position(8);
    long floor = in.getLong();
    long day = in.getLong();
    long released = in.getLong();
    int logCount = in.getInt();
    long slotCount = in.getLong();
    List<LogState> logs = new ArrayList<>();
    for (int i = 0; i < logCount; i++) {
      LogName name = new LogName(in.getInt(), in.getLong());
      long end = in.getLong();
      long overhead = in.getLong();
      boolean duplicated = in.get() != 0;
      int events = in.getInt();
      List<Long> offsets = new ArrayList<>();
      for (int e = 0; e < events; e++) {
        offsets.add(in.getLong());
      }
      logs.add(new LogState(name, end, overhead, duplicated, offsets));
    }
    return in.remaining() == slotCount * PieceIndex.SLOT_BYTES
        ? new Checkpoint(floor, day, released, logs, in.slice())
        : null;
  }

  /**
   * Writes the state of the store as a new checkpoint. Must not run beside a compaction. Slots that
   * change meanwhile are either old or new; what changes them stands in a log that is scanned
   * again.
   */
  static void write(StoreState state) throws IOException {
    Disk disk = state.disk();
    disk.delete(NEW_FILE_NAME);
    try (DiskFile file = disk.create(NEW_FILE_NAME)) {
      Writer writer = new Writer(file);
      ByteBuffer snapshot = state.locked(() -> snapshot(state));
      writer.put(snapshot);
      writer.finish();
      file.force();
    }
    disk.rename(NEW_FILE_NAME, FILE_NAME);
    disk.sync();
  }

  /** Outside the heap and its limits; freed when nobody uses it any more. */
  private static ByteBuffer allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, Long.BYTES).asByteBuffer();
  }

  private static ByteBuffer snapshot(StoreState state) {
    List<PieceLog> quiet = state.logs().all().stream().filter(PieceLog::isQuiet).toList();
    long events = quiet.stream().mapToLong(log -> log.eventOffsets().size()).sum();
    long bytes =
        HEADER_BYTES
            + (long) LOG_BYTES * quiet.size()
            + 8 * events
            + state.index().size() * PieceIndex.SLOT_BYTES;
    ByteBuffer out = allocate(bytes);
    out.putInt(MAGIC).put((byte) VERSION).put(new byte[3]);
    out.putLong(state.sequenceFloor())
        .putLong(state.budget().day())
        .putLong(state.budget().releasedBytes());
    out.putInt(quiet.size()).putLong(state.index().size());
    for (PieceLog log : quiet) {
      out.putInt(log.number())
          .putLong(log.name().salt())
          .putLong(log.end())
          .putLong(log.overheadBytes());
      out.put((byte) (log.isDuplicated() ? 1 : 0)).putInt(log.eventOffsets().size());
      log.eventOffsets().forEach(out::putLong);
    }
    state.index().forEachSlot(slot -> state.index().copySlot(slot, out));
    return out.flip();
  }

  private static final class Writer {
    private final DiskFile file;
    private final CRC32C crc = new CRC32C();
    private long position;

    Writer(DiskFile file) {
      this.file = file;
    }

    void put(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        int run = Math.min(BUFFER_BYTES, bytes.remaining());
        ByteBuffer part = bytes.slice(bytes.position(), run);
        crc.update(part.duplicate());
        file.write(part, position);
        position += run;
        bytes.position(bytes.position() + run);
      }
    }

    void finish() throws IOException {
      ByteBuffer checksum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).flip();
      file.write(checksum, position);
    }
  }
}
