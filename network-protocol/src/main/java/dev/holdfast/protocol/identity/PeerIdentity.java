package dev.holdfast.protocol.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The long-term identity of a peer: an ECDSA P-256 key whose labelled hash with the role is the
 * peer's id. It signs nothing but the short-lived TLS keys. Lies in a folder of its own, see
 * docs/specifications/node-identity.md. Thread-safe.
 */
public final class PeerIdentity {
  private final PeerRole role;
  private final PrivateKey privateKey;
  private final X509Certificate certificate;
  private final Bytes32 id;
  private @Nullable IdentityFolder folder;
  private long lastSerial;

  private PeerIdentity(PeerRole role, PrivateKey privateKey, X509Certificate certificate) {
    this.role = role;
    this.privateKey = privateKey;
    this.certificate = certificate;
    this.id = PeerKeys.idOf(role, certificate.getPublicKey());
  }

  /** A new identity, in memory until {@link #store}. */
  public static PeerIdentity generate(PeerRole role, SecureRandom random) {
    KeyPair pair = PeerKeys.generate(random);
    Bytes32 id = PeerKeys.idOf(role, pair.getPublic());
    return new PeerIdentity(role, pair.getPrivate(), PeerCertificates.identity(id, pair, random));
  }

  /**
   * Reads the identity from its folder.
   *
   * @throws IOException when files are missing, damaged, readable by others, or do not belong
   *     together; says which and what to do
   */
  public static PeerIdentity load(Path directory) throws IOException {
    IdentityFolder folder = new IdentityFolder(directory);
    IdentityFolder.Stored stored = folder.read();
    PeerIdentity identity =
        new PeerIdentity(stored.role(), stored.privateKey(), stored.certificate());
    identity.folder = folder;
    identity.lastSerial = stored.lastSerial();
    return identity;
  }

  /**
   * Reads the identity from its folder, or makes one there when the folder holds none.
   *
   * @throws IOException as {@link #load}, and when the identity there has another role
   */
  public static PeerIdentity loadOrCreate(Path directory, PeerRole role, SecureRandom random)
      throws IOException {
    if (!Files.exists(directory.resolve(IdentityFolder.KEY_FILE))
        && !Files.exists(directory.resolve(IdentityFolder.CERTIFICATE_FILE))) {
      PeerIdentity fresh = generate(role, random);
      fresh.store(directory);
      return fresh;
    }
    PeerIdentity identity = load(directory);
    if (identity.role != role) {
      throw new IOException(
          "The identity in "
              + directory
              + " is that of a "
              + identity.role
              + ", not of a "
              + role
              + "; use another folder.");
    }
    return identity;
  }

  /**
   * Writes the identity into a folder that holds none yet; the files are readable by their owner
   * only and synced. From then on TLS serials are counted there.
   *
   * @throws IOException when the folder holds an identity already, or cannot be written
   */
  public synchronized void store(Path directory) throws IOException {
    IdentityFolder target = new IdentityFolder(directory);
    target.create(privateKey, certificate, lastSerial);
    folder = target;
  }

  /** SHA-256 of label, role and SubjectPublicKeyInfo. */
  public Bytes32 id() {
    return id;
  }

  public PeerRole role() {
    return role;
  }

  /** The id of a node. */
  public NodeId nodeId() {
    requireRole(PeerRole.NODE);
    return new NodeId(id);
  }

  /** The id of a satellite. */
  public SatelliteId satelliteId() {
    requireRole(PeerRole.SATELLITE);
    return new SatelliteId(id);
  }

  /** The self-signed certificate that shows the identity key to peers. */
  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * A TLS key signed by this identity, which renews itself.
   *
   * @throws UncheckedIOException when its serial cannot be stored in the identity's folder
   */
  public TlsKey issueTlsKey(InstantSource clock, SecureRandom random) {
    return new TlsKey(this, clock, random);
  }

  TlsKey.Current issueCurrent(Instant now, SecureRandom random) {
    long serial = nextSerial(now);
    KeyPair pair = PeerKeys.generate(random);
    Instant expires = now.plus(TlsKey.VALIDITY);
    X509Certificate leaf =
        PeerCertificates.leaf(
            id, privateKey, pair.getPublic(), serial, now.minus(TlsKey.CLOCK_TOLERANCE), expires);
    return new TlsKey.Current(pair.getPrivate(), List.of(leaf, certificate), serial, expires);
  }

  // The second of issue is the least serial, so that serials rise even when the file with the last
  // one was lost.
  private synchronized long nextSerial(Instant now) {
    long serial = Math.max(lastSerial + 1, now.getEpochSecond());
    if (folder != null) {
      try {
        folder.writeSerial(serial);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "The serial of the TLS key cannot be stored: " + e.getMessage(), e);
      }
    }
    lastSerial = serial;
    return serial;
  }

  private void requireRole(PeerRole expected) {
    if (role != expected) {
      throw new IllegalStateException(
          "This is the identity of a " + role + ", not of a " + expected + ".");
    }
  }

  @Override
  public String toString() {
    return "PeerIdentity[" + role + " " + id + "]";
  }
}
