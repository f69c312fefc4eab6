package dev.holdfast.satellite.secrets;

import dev.holdfast.protocol.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The satellite's secrets: for each purpose 32 random bytes per epoch. An epoch is a number from 1;
 * new MACs are made with the newest, older ones stay readable. One file per purpose and epoch,
 * {@code <purpose>.<epoch>}, hex text, mode 0600, so that a dump of the database mints nothing.
 * Immutable and thread-safe.
 */
public final class SatelliteSecrets {
  private static final int SECRET_BYTES = 32;
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Map<SecretPurpose, NavigableMap<Integer, SecretBytes>> secrets;

  private SatelliteSecrets(Map<SecretPurpose, NavigableMap<Integer, SecretBytes>> secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads the folder, or makes it with epoch 1 of every purpose when it does not exist. A folder
   * that lacks a purpose is refused: a fresh secret in its place would silently void every key made
   * with the lost one.
   */
  public static SatelliteSecrets open(Path folder, SecureRandom random) {
    try {
      if (!Files.isDirectory(folder)) {
        createAll(folder, random);
      }
      return read(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("secrets folder " + folder + " cannot be read or made", e);
    }
  }

  /**
   * Adds the next epoch of a purpose to the folder. Takes effect in processes that open the folder
   * afterwards.
   */
  public static int rotate(Path folder, SecretPurpose purpose, SecureRandom random) {
    try {
      int next = read(folder).currentEpoch(purpose) + 1;
      write(folder, purpose, next, random);
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException("a new secret cannot be written to " + folder, e);
    }
  }

  /** The epoch that new MACs use. */
  public int currentEpoch(SecretPurpose purpose) {
    return of(purpose).lastKey();
  }

  /** The newest secret. */
  public SecretBytes current(SecretPurpose purpose) {
    return of(purpose).lastEntry().getValue();
  }

  /** The secret of an epoch; empty when the epoch is not known, as in a forged token. */
  public Optional<SecretBytes> find(SecretPurpose purpose, int epoch) {
    return Optional.ofNullable(of(purpose).get(epoch));
  }

  /** All epochs of a purpose, oldest first. */
  public NavigableMap<Integer, SecretBytes> epochs(SecretPurpose purpose) {
    return of(purpose);
  }

  private NavigableMap<Integer, SecretBytes> of(SecretPurpose purpose) {
    NavigableMap<Integer, SecretBytes> epochs = secrets.get(purpose);
    if (epochs == null) {
      throw new IllegalStateException("no secret for " + purpose);
    }
    return epochs;
  }

  private static void createAll(Path folder, SecureRandom random) throws IOException {
    // Filled beside its place and moved, so that a crash leaves no folder that lacks a purpose.
    Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
    Files.createDirectories(folder.toAbsolutePath().getParent());
    if (Files.isDirectory(fresh)) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(fresh)) {
        for (Path file : left) {
          Files.delete(file);
        }
      }
    } else {
      Files.createDirectory(fresh, OWNER_ONLY_FOLDER);
    }
    for (SecretPurpose purpose : SecretPurpose.values()) {
      write(fresh, purpose, 1, random);
    }
    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(Path folder, SecretPurpose purpose, int epoch, SecureRandom random)
      throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    Path file = folder.resolve(purpose.fileName() + "." + epoch);
    Files.createFile(file, OWNER_ONLY);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer text =
          ByteBuffer.wrap(HexFormat.of().formatHex(secret).getBytes(StandardCharsets.US_ASCII));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
    }
  }

  private static SatelliteSecrets read(Path folder) throws IOException {
    Map<SecretPurpose, NavigableMap<Integer, SecretBytes>> secrets =
        new EnumMap<>(SecretPurpose.class);
    for (SecretPurpose purpose : SecretPurpose.values()) {
      NavigableMap<Integer, SecretBytes> epochs = new TreeMap<>();
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(folder, purpose.fileName() + ".*")) {
        for (Path file : files) {
          epochs.put(epochOf(file, purpose), readSecret(file));
        }
      }
      if (epochs.isEmpty()) {
        throw new IllegalStateException(
            "secrets folder %s has no file %s.1: restore it from a backup; a new one would void all that was issued with it"
                .formatted(folder, purpose.fileName()));
      }
      secrets.put(purpose, epochs);
    }
    return new SatelliteSecrets(secrets);
  }

  private static int epochOf(Path file, SecretPurpose purpose) {
    String suffix = file.getFileName().toString().substring(purpose.fileName().length() + 1);
    try {
      int epoch = Integer.parseInt(suffix);
      if (epoch >= 1 && epoch <= 255) {
        return epoch;
      }
    } catch (NumberFormatException e) {
      throw new IllegalStateException("secret file " + file + " does not end in an epoch", e);
    }
    throw new IllegalStateException("secret file " + file + " has an epoch outside 1..255");
  }

  private static SecretBytes readSecret(Path file) throws IOException {
    byte[] secret;
    try {
      secret = HexFormat.of().parseHex(Files.readString(file).strip());
    } catch (IllegalArgumentException e) {
      // The cause would quote the file's content.
      throw new IllegalStateException("secret file " + file + " is not hex text; restore it");
    }
    if (secret.length != SECRET_BYTES) {
      throw new IllegalStateException(
          "secret file %s holds %d bytes, not %d; restore it"
              .formatted(file, secret.length, SECRET_BYTES));
    }
    return SecretBytes.copyOf(secret);
  }
}
