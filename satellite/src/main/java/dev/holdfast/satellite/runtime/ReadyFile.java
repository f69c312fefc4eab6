package dev.holdfast.satellite.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file that tells others that the satellite serves; appears whole or not at all. */
final class ReadyFile {
  private ReadyFile() {}

  /** Values hold neither quotes nor backslashes: ids, addresses, numbers. */
  static void write(Path file, String id, String address, String databaseKind, long databasePid) {
    String content =
        """
        {"pid":%d,"id":"%s","address":"%s","databaseKind":"%s","databasePid":%d}
        """
            .formatted(ProcessHandle.current().pid(), id, address, databaseKind, databasePid);
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the ready file " + file + " cannot be written", e);
    }
  }

  static void delete(Path file) {
    try {
      var _ = Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the ready file " + file + " cannot be deleted", e);
    }
  }
}
