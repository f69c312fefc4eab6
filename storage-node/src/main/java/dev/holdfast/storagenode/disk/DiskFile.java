package dev.holdfast.storagenode.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file, read and written at positions. Written bytes are durable only after {@link
 * #force}. Safe for several threads.
 */
public interface DiskFile extends Closeable {
  /**
   * Reads at most the buffer's remaining bytes; returns how many, or -1 at or behind the end of the
   * file.
   */
  int read(ByteBuffer target, long position) throws IOException;

  /** Writes all remaining bytes of the buffer. */
  void write(ByteBuffer source, long position) throws IOException;

  /** Makes all bytes written before the call, and the size, durable. */
  void force() throws IOException;

  /** The file's length in bytes. */
  long size() throws IOException;

  /** Cuts the file to the given length if it is longer. */
  void truncate(long size) throws IOException;

  /** Reads until the buffer is full or the file ends; returns the bytes read, 0 at the end. */
  default int readFully(ByteBuffer target, long position) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int read = read(target, position + total);
      if (read < 0) {
        break;
      }
      total += read;
    }
    return total;
  }
}
