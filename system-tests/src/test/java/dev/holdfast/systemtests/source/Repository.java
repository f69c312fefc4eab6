package dev.holdfast.systemtests.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The checked-out source tree that the tests run in. */
public final class Repository {
  private static final Set<String> NOT_SOURCE =
      Set.of("target", ".git", ".idea", ".vscode", "node_modules");

  private Repository() {}

  /**
   * The folder with the build's root: the nearest one above the working folder that holds the
   * wrapper.
   */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "no mvnw in or above "
              + Path.of("").toAbsolutePath()
              + ": run the tests inside the source tree");
    }
    return folder;
  }

  /** Every source file whose name ends so, in order; built files are left out. */
  static List<Path> files(String... endings) {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root(),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              Path name = folder.getFileName();
              return name != null && NOT_SOURCE.contains(name.toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              for (String ending : endings) {
                if (file.toString().endsWith(ending)) {
                  files.add(file);
                  break;
                }
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.sort(null);
    return files;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
