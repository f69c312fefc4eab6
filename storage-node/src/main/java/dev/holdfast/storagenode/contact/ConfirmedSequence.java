package dev.holdfast.storagenode.contact;

import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Up to which sequence number the satellite was asked about pieces. A lost or damaged file means
 * that all are asked about again. File: version u8, 7 zero bytes, sequence u64, CRC32C u32. For one
 * thread.
 */
final class ConfirmedSequence {
  static final String FILE_NAME = "confirmed.sequence";

  private static final String NEW_FILE_NAME = "confirmed.sequence.new";
  private static final int VERSION = 1;
  private static final int LENGTH = 20;

  private final Disk disk;
  private long sequence;

  private ConfirmedSequence(Disk disk, long sequence) {
    this.disk = disk;
    this.sequence = sequence;
  }

  static ConfirmedSequence open(Disk disk) throws IOException {
    if (!disk.list().contains(FILE_NAME)) {
      return new ConfirmedSequence(disk, 0);
    }
    try (DiskFile file = disk.open(FILE_NAME)) {
      ByteBuffer in = ByteBuffer.allocate(LENGTH);
      boolean whole =
          file.readFully(in, 0) == LENGTH
              && in.get(0) == VERSION
              && in.getInt(16) == checksum(in.array());
      return new ConfirmedSequence(disk, whole ? in.getLong(8) : 0);
    }
  }

  long get() {
    return sequence;
  }

  void set(long confirmed) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(LENGTH);
    out.put(0, (byte) VERSION).putLong(8, confirmed).putInt(16, checksum(out.array()));
    disk.delete(NEW_FILE_NAME);
    try (DiskFile file = disk.create(NEW_FILE_NAME)) {
      file.write(out, 0);
      file.force();
    }
    disk.rename(NEW_FILE_NAME, FILE_NAME);
    disk.sync();
    sequence = confirmed;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 16);
    return (int) crc.getValue();
  }
}
