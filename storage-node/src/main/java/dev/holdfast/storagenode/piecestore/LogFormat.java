package dev.holdfast.storagenode.piecestore;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Names, log header and frames of the logs, version 1; all integers big-endian. A log is a header
 * of 64 bytes and then regions. Every finished region starts with a frame of 32 bytes, at a
 * multiple of 64, so that a scan hops from region to region and, where one was never finished or is
 * damaged, finds the next. A frame names the log's salt and its own offset: bytes inside a piece
 * can neither be mistaken for a frame nor forged to be one.
 */
final class LogFormat {
  /** Version of the log format. */
  static final int VERSION = 1;

  /** Regions start at multiples of this many bytes. */
  static final int ALIGNMENT = 64;

  static final int HEADER_BYTES = 64;
  static final int FRAME_BYTES = 32;

  private static final int LOG_MAGIC = 0x4846504C; // HFPL
  private static final int FRAME_MAGIC = 0x48465052; // HFPR
  private static final Pattern NAME = Pattern.compile("pieces-(\\d{8,10})-([0-9a-f]{16})\\.log");

  private LogFormat() {}

  /** What a region holds; the ids are frozen. */
  enum RegionKind {
    PIECE(1),
    EVENTS(2),
    MARK(3);

    private final int id;

    RegionKind(int id) {
      this.id = id;
    }

    int id() {
      return id;
    }
  }

  /** Number and salt of a log, as its file name tells them. */
  record LogName(int number, long salt) {
    String fileName() {
      return String.format(Locale.ROOT, "pieces-%08d-%016x.log", number, salt);
    }

    /** The log of this file name, or null if the file is no log. */
    static @Nullable LogName parse(String fileName) {
      Matcher matcher = NAME.matcher(fileName);
      if (!matcher.matches()) {
        return null;
      }
      long number = Long.parseLong(matcher.group(1));
      if (number < 1 || number > Integer.MAX_VALUE) {
        return null;
      }
      return new LogName((int) number, Long.parseUnsignedLong(matcher.group(2), 16));
    }
  }

  /** A frame that was found whole. */
  record Frame(RegionKind kind, long offset, int regionBytes) {
    long end() {
      return offset + regionBytes;
    }
  }

  /**
   * The first 64 bytes of a log; the sequence floor is above every sequence number given out
   * before.
   */
  static ByteBuffer header(LogName name, long sequenceFloor, long createdMillis) {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES);
    out.putInt(LOG_MAGIC).put((byte) VERSION).put((byte) 0).putShort((short) 0);
    out.putLong(name.number()).putLong(name.salt()).putLong(sequenceFloor).putLong(createdMillis);
    out.putInt(HEADER_BYTES - 4, crc(out.array(), 0, HEADER_BYTES - 4));
    return out.position(0);
  }

  /** The sequence floor of a whole header, or 0 for a damaged one. Refuses a newer version. */
  static long sequenceFloor(LogName name, ByteBuffer header) {
    if (header.remaining() < HEADER_BYTES) {
      return 0;
    }
    byte[] bytes = new byte[HEADER_BYTES];
    header.get(bytes);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt(0) != LOG_MAGIC
        || in.getInt(HEADER_BYTES - 4) != crc(bytes, 0, HEADER_BYTES - 4)) {
      return 0;
    }
    if (bytes[4] != VERSION) {
      throw new UnsupportedLogVersionException(name.fileName(), bytes[4]);
    }
    return in.getLong(24);
  }

  /** Appends a frame to a buffer backed by an array. */
  static void putFrame(ByteBuffer out, LogName log, RegionKind kind, long offset, int regionBytes) {
    int start = out.position();
    out.putInt(FRAME_MAGIC).put((byte) VERSION).put((byte) kind.id()).putShort((short) 0);
    out.putLong(log.salt()).putInt(regionBytes).putLong(offset);
    out.putInt(crc(out.array(), out.arrayOffset() + start, FRAME_BYTES - 4));
  }

  /**
   * The frame at this place of the log, or null if these bytes are none. Reads from the array at
   * its offset.
   */
  static @Nullable Frame parseFrame(LogName log, byte[] bytes, int at, long offset) {
    if (bytes.length - at < FRAME_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, at, FRAME_BYTES).slice();
    if (in.getInt(0) != FRAME_MAGIC
        || in.getLong(8) != log.salt()
        || in.getLong(20) != offset
        || in.getInt(FRAME_BYTES - 4) != crc(bytes, at, FRAME_BYTES - 4)) {
      return null;
    }
    int regionBytes = in.getInt(16);
    if (in.get(4) != VERSION || regionBytes < FRAME_BYTES || regionBytes % ALIGNMENT != 0) {
      return null;
    }
    for (RegionKind kind : RegionKind.values()) {
      if (kind.id() == in.get(5)) {
        return new Frame(kind, offset, regionBytes);
      }
    }
    return null;
  }

  /** A length rounded up to whole alignment units. */
  static int aligned(long bytes) {
    return Math.toIntExact((bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
