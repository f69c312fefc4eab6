package dev.holdfast.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads the end of a log without reading the rest. */
final class LogTail {
  private static final int MAX_TAIL_BYTES = 1 << 20;

  private LogTail() {}

  /** The last lines, at most so many and at most those in the last MiB. */
  static List<String> lastLines(Path log, int lines) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - MAX_TAIL_BYTES);
      byte[] tail = new byte[Math.toIntExact(file.length() - from)];
      file.seek(from);
      file.readFully(tail);
      List<String> all = new String(tail, StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    }
  }
}
