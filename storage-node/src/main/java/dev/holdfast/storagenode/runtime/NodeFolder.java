package dev.holdfast.storagenode.runtime;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.SatelliteId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The node's folder: claims it for this process and this satellite, and tells what is where. {@code
 * node.properties} names the version of the whole layout and the satellite.
 */
final class NodeFolder implements AutoCloseable {
  private static final String VERSION = "1";
  private static final String FORMAT_FILE = "node.properties";
  private static final String LOCK_FILE = "node.lock";
  private static final String JOINED_FILE = "joined";

  private final Path directory;
  private final FileChannel lockFile;

  private NodeFolder(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.lockFile = lockFile;
  }

  /**
   * Opens the folder, making it if it is missing.
   *
   * @throws HoldfastException when it is of another version, belongs to another satellite, or is in
   *     use
   */
  static NodeFolder open(Path directory, SatelliteId satellite) throws IOException {
    Files.createDirectories(directory);
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean opened = false;
    try {
      if (tryLock(lockFile) == null) {
        throw new HoldfastException(
            ErrorCode.BAD_REQUEST,
            "The folder "
                + directory
                + " is in use by another storage node process; stop that one first.");
      }
      checkFormat(directory, satellite);
      opened = true;
      return new NodeFolder(directory, lockFile);
    } finally {
      if (!opened) {
        lockFile.close();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void checkFormat(Path directory, SatelliteId satellite) throws IOException {
    Path file = directory.resolve(FORMAT_FILE);
    if (!Files.exists(file)) {
      writeAtomically(file, "version=" + VERSION + "\nsatellite=" + satellite + "\n");
      return;
    }
    Properties format = new Properties();
    format.load(new StringReader(Files.readString(file)));
    String version = format.getProperty("version", "none");
    if (!version.equals(VERSION)) {
      throw new HoldfastException(
          ErrorCode.VERSION_UNSUPPORTED,
          "The folder "
              + directory
              + " has the layout of version "
              + version
              + ", this program knows version "
              + VERSION
              + ". Start the program that wrote it, or choose another folder with holdfast.node.directory.");
    }
    String owner = format.getProperty("satellite", "none");
    if (!owner.equals(satellite.toString())) {
      throw new HoldfastException(
          ErrorCode.BAD_REQUEST,
          "The folder "
              + directory
              + " belongs to satellite "
              + owner
              + ", configured is "
              + satellite
              + ". Choose another folder with holdfast.node.directory, or set holdfast.node.satellite back.");
    }
  }

  /** Writes a small file so that readers see the old content or the new one. */
  static void writeAtomically(Path file, String content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(
        fresh,
        content,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  Path identity() {
    return directory.resolve("identity");
  }

  Path pieces() {
    return directory.resolve("pieces");
  }

  Path orders() {
    return directory.resolve("orders");
  }

  Path state() {
    return directory.resolve("state");
  }

  /** Whether the satellite has taken this node in. */
  boolean hasJoined() {
    return Files.exists(directory.resolve(JOINED_FILE));
  }

  void noteJoined() throws IOException {
    if (!hasJoined()) {
      writeAtomically(directory.resolve(JOINED_FILE), "");
    }
  }

  /** Lets another process have the folder. */
  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
