package dev.holdfast.protocol.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;

/** The files of one identity. */
final class IdentityFolder {
  static final String KEY_FILE = "identity.key";
  static final String CERTIFICATE_FILE = "identity.crt";
  static final String SERIAL_FILE = "tls-serial";

  private static final String KEY_TYPE = "PRIVATE KEY";
  private static final String CERTIFICATE_TYPE = "CERTIFICATE";
  private static final long MAX_FILE_BYTES = 16_384;
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  record Stored(
      PeerRole role, PrivateKey privateKey, X509Certificate certificate, long lastSerial) {}

  private final Path directory;

  IdentityFolder(Path directory) {
    this.directory = directory;
  }

  void create(PrivateKey key, X509Certificate certificate, long lastSerial) throws IOException {
    if (isPosix(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(directory);
    }
    try {
      byte[] encoded = certificate.getEncoded();
      // The key goes last: a folder with a key is a whole one.
      writeSerial(lastSerial);
      write(
          directory.resolve(CERTIFICATE_FILE),
          toPem(CERTIFICATE_TYPE, encoded),
          StandardOpenOption.CREATE_NEW);
      write(
          directory.resolve(KEY_FILE),
          toPem(KEY_TYPE, key.getEncoded()),
          StandardOpenOption.CREATE_NEW);
      syncDirectory();
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "There is an identity in " + directory + " already; it is never overwritten.", e);
    } catch (GeneralSecurityException e) {
      throw new IOException("The certificate cannot be encoded.", e);
    }
  }

  Stored read() throws IOException {
    Path keyFile = directory.resolve(KEY_FILE);
    Path certificateFile = directory.resolve(CERTIFICATE_FILE);
    refuseReadableByOthers(keyFile);
    try {
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(fromPem(keyFile, KEY_TYPE)));
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(fromPem(certificateFile, CERTIFICATE_TYPE)));
      if (!PeerKeys.isP256(certificate.getPublicKey()) || !belongTogether(key, certificate)) {
        throw new IOException(
            keyFile
                + " and "
                + certificateFile
                + " do not belong together; restore both from one backup.");
      }
      return new Stored(roleOf(certificate, certificateFile), key, certificate, readSerial());
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "The identity in "
              + directory
              + " is damaged ("
              + e.getMessage()
              + "); restore it from a backup.",
          e);
    }
  }

  private static PeerRole roleOf(X509Certificate certificate, Path file) throws IOException {
    String subject = certificate.getSubjectX500Principal().getName();
    for (PeerRole role : PeerRole.values()) {
      if (subject.equals(
          PeerCertificates.subject(PeerKeys.idOf(role, certificate.getPublicKey())))) {
        return role;
      }
    }
    throw new IOException(file + " does not name the id of its own key; restore it from a backup.");
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    byte[] probe = "holdfast identity check".getBytes(StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance(PeerKeys.SIGNATURE);
    signer.initSign(key);
    signer.update(probe);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(PeerKeys.SIGNATURE);
    verifier.initVerify(certificate.getPublicKey());
    verifier.update(probe);
    return verifier.verify(signature);
  }

  private long readSerial() throws IOException {
    Path file = directory.resolve(SERIAL_FILE);
    if (!Files.exists(file)) {
      return 0;
    }
    String text = Files.readString(file).strip();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          file + " holds no number; delete it, serials then go on from the clock.", e);
    }
  }

  /** Replaces the last serial; on disk before this returns. */
  void writeSerial(long serial) throws IOException {
    Path file = directory.resolve(SERIAL_FILE);
    Path fresh = directory.resolve(SERIAL_FILE + ".new");
    Files.deleteIfExists(fresh);
    write(fresh, serial + "\n", StandardOpenOption.CREATE_NEW);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncDirectory();
  }

  private static void write(Path file, String text, OpenOption create) throws IOException {
    FileAttribute<?>[] ownerOnly =
        isPosix(file)
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(file, Set.of(create, StandardOpenOption.WRITE), ownerOnly)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private void syncDirectory() throws IOException {
    if (isPosix(directory)) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void refuseReadableByOthers(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "the identity key is missing; restore it from a backup");
    }
    if (isPosix(file)) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.stream().anyMatch(OTHERS::contains)) {
        throw new IOException(
            file
                + " is open to others ("
                + PosixFilePermissions.toString(permissions)
                + "); chmod 600 it.");
      }
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static String toPem(String type, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  private static byte[] fromPem(Path file, String type) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException(
          file + " is too long for an identity file: " + Files.size(file) + " bytes.");
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    String begin = "-----BEGIN " + type + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + type + "-----");
    if (from < 0 || to < from) {
      throw new IOException(
          file + " is no PEM file of type " + type + "; restore it from a backup.");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged; restore it from a backup.", e);
    }
  }
}
