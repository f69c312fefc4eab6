package dev.holdfast.launcher.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.launcher.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The folder of one network and the names in it. Layout (docs/cli.md):
 *
 * <pre>
 * network.json            settings that up decided once
 * secrets/                passphrase, recovery kit, access grant, S3 credentials (0700, files 0600)
 * config/NAME.properties  configuration of each process, rewritten by every up
 * run/NAME.json           ready file of each live process
 * logs/NAME.log           its output
 * satellite/              identity, secrets, database
 * nodes/node-NN/          everything of one node
 * </pre>
 */
public final class NetworkDirectory {
  /** Version of this layout; a folder of another version is refused. */
  public static final int FORMAT_VERSION = 1;

  static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path root;

  public NetworkDirectory(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  public Path root() {
    return root;
  }

  public Path passphraseFile() {
    return root.resolve("secrets/passphrase");
  }

  public Path recoveryKitFile() {
    return root.resolve("secrets/recovery-kit");
  }

  public Path accessGrantFile() {
    return root.resolve("secrets/access-grant");
  }

  public Path credentialsFile() {
    return root.resolve("secrets/s3-credentials.json");
  }

  Path configFile(String peer) {
    return root.resolve("config").resolve(peer + ".properties");
  }

  Path readyFile(String peer) {
    return root.resolve("run").resolve(peer + ".json");
  }

  public Path logFile(String peer) {
    return root.resolve("logs").resolve(peer + ".log");
  }

  Path satelliteDirectory() {
    return root.resolve("satellite");
  }

  Path adminTokenFile() {
    return satelliteDirectory().resolve("admin-token");
  }

  Path nodeDirectory(String node) {
    return root.resolve("nodes").resolve(node);
  }

  Path invitationFile(String node) {
    return root.resolve("secrets").resolve("invitation-" + node);
  }

  /** The settings, if {@code up} ever ran here; refuses a folder of another layout version. */
  public Optional<NetworkSettings> findSettings() {
    Path file = root.resolve("network.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      int version = JSON.readTree(file.toFile()).path("formatVersion").asInt(-1);
      if (version != FORMAT_VERSION) {
        throw new CommandFailure(
            CommandFailure.ENVIRONMENT,
            ("the data folder %s has layout version %s, this holdfast reads version %d: use the holdfast that made it,"
                    + " or another folder with --data")
                .formatted(
                    root, version < 0 ? "unknown" : Integer.toString(version), FORMAT_VERSION));
      }
      return Optional.of(JSON.readValue(file.toFile(), NetworkSettings.class));
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT, "cannot read %s: %s".formatted(file, e.getMessage()));
    }
  }

  public NetworkSettings requireSettings() {
    return findSettings()
        .orElseThrow(() ->
            new CommandFailure(
                CommandFailure.NOT_FOUND,
                "no network in %s: start one with 'holdfast up --data %s', or name its folder with --data"
                    .formatted(root, root)));
  }

  void writeSettings(NetworkSettings settings) {
    try {
      writeAtomically(
          root.resolve("network.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the folders; those with secrets are for the owner alone. */
  void create() {
    try {
      for (String name : new String[] {"logs", "run", "nodes", "satellite"}) {
        Files.createDirectories(root.resolve(name));
      }
      for (String name : new String[] {"secrets", "config"}) {
        Path folder = root.resolve(name);
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "cannot make the data folder %s (%s): choose a folder you can write with --data DIR"
              .formatted(root, e));
    }
  }

  /** Writes a file that only the owner may read, whole or not at all, and synced. */
  static void writeAtomically(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    Files.createFile(temporary, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + file + " cannot rename atomically", e);
    }
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Keeps two commands from changing one network at the same time; released when closed. */
  FileLock lock() {
    try {
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw busy();
      }
      return lock;
    } catch (OverlappingFileLockException e) {
      throw busy();
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT, "cannot lock %s: %s".formatted(root, e.getMessage()));
    }
  }

  private CommandFailure busy() {
    return new CommandFailure(
        CommandFailure.FAILED,
        "another 'holdfast up' or 'down' works on %s: wait for it to end".formatted(root));
  }
}
