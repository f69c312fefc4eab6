package dev.holdfast.satellite.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks the PostgreSQL server that travels with the satellite, once per version. */
final class PostgresBinaries {
  /** Names the folder, so that another version is unpacked beside it. */
  static final String VERSION = "18.6.0";

  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r--r--");

  private PostgresBinaries() {}

  /**
   * Unpacks below {@code parent} unless it has been done before.
   *
   * @return the folder with {@code bin}, {@code lib} and {@code share}
   */
  static Path unpack(Path parent) throws IOException {
    Path folder = parent.resolve("postgresql-" + VERSION);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path fresh = parent.resolve(folder.getFileName() + ".new");
    deleteTree(fresh);
    Files.createDirectories(fresh);
    Files.setPosixFilePermissions(fresh, EXECUTABLE);
    String archive = archiveName();
    try (InputStream resource = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
      if (resource == null) {
        throw new IllegalStateException(
            "no PostgreSQL server for this machine (%s) is on the class path; set holdfast.satellite.database.url to an external one"
                .formatted(archive));
      }
      unpackTar(new XZCompressorInputStream(new BufferedInputStream(resource, 1 << 16)), fresh);
    }
    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    return folder;
  }

  private static String archiveName() {
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return architecture.equals("aarch64")
        ? "postgres-linux-arm_64.txz"
        : "postgres-linux-x86_64.txz";
  }

  private static void unpackTar(InputStream in, Path target) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      TarArchiveEntry entry;
      while ((entry = nextEntry(tar)) != null) {
        if (!isNeeded(entry.getName())) {
          continue;
        }
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("archive entry " + entry.getName() + " leaves its folder");
        }
        if (entry.isDirectory()) {
          createFolder(target, path);
        } else {
          createFolder(target, path.resolveSibling(""));
          if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
          } else {
            Files.copy(tar, path);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(path, executable ? EXECUTABLE : READABLE);
          }
        }
      }
    }
  }

  private static @Nullable TarArchiveEntry nextEntry(TarArchiveInputStream tar) throws IOException {
    return tar.getNextEntry();
  }

  /** Extensions, headers and static libraries are two thirds of the files and none is used. */
  private static boolean isNeeded(String name) {
    return !name.endsWith(".a")
        && !name.contains("/pgxs/")
        && !name.startsWith("include/")
        && !(name.contains("/extension/")
            && !name.endsWith("/")
            && !name.contains("/extension/plpgsql"));
  }

  private static void createFolder(Path root, Path folder) throws IOException {
    for (Path part = root; !part.equals(folder); ) {
      part = part.resolve(part.relativize(folder).getName(0));
      if (!Files.isDirectory(part)) {
        Files.createDirectory(part);
        Files.setPosixFilePermissions(part, EXECUTABLE);
      }
    }
  }

  static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
