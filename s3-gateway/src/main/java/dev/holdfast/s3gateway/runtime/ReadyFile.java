package dev.holdfast.s3gateway.runtime;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file that tells others that the gateway serves: {@code {"pid", "endpoint"}}. Appears whole or
 * not at all.
 */
final class ReadyFile {
  private ReadyFile() {}

  static void write(Path file, String endpoint) {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    JsonObject content =
        new JsonObject().put("pid", ProcessHandle.current().pid()).put("endpoint", endpoint);
    try {
      Files.writeString(temporary, content.encode());
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("The ready file " + file + " cannot be written", e);
    }
  }

  static void delete(Path file) {
    try {
      var _ = Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The ready file " + file + " cannot be deleted", e);
    }
  }
}
