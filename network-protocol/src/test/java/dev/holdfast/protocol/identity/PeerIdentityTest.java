package dev.holdfast.protocol.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.vectors.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerIdentityTest {
  private static final Instant NOW = Instant.parse("2026-11-23T04:05:06Z");
  private final SecureRandom random = new SecureRandom();
  private final PeerIdentity node = PeerIdentity.generate(PeerRole.NODE, random);
  @TempDir Path directory;

  @Test
  void namesPeersAsSpecified() throws Exception {
    for (VectorFile.Case c : VectorFile.read("identity.txt").cases()) {
      PublicKey key =
          KeyFactory.getInstance("EC")
              .generatePublic(new X509EncodedKeySpec(c.bytes("public_key")));
      PeerRole role = PeerRole.valueOf(c.name());
      assertThat(role.id()).isEqualTo(c.integer("role_id"));
      assertThat(PeerRole.ofId(c.integer("role_id"))).isEqualTo(role);
      assertThat(PeerKeys.idOf(role, key).toByteArray()).isEqualTo(c.bytes("id"));
    }
  }

  @Test
  void keepsItsFolder() throws IOException {
    Path folder = directory.resolve("identity");
    node.store(folder);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    for (String file : List.of("identity.key", "identity.crt", "tls-serial")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
          .isEqualTo("rw-------");
    }
    PeerIdentity loaded = PeerIdentity.load(folder);
    assertThat(loaded.id()).isEqualTo(node.id());
    assertThat(loaded.role()).isEqualTo(PeerRole.NODE);
    assertThat(loaded.nodeId()).isEqualTo(node.nodeId());
    assertThatThrownBy(loaded::satelliteId).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> node.store(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("never overwritten");
    assertThat(PeerIdentity.loadOrCreate(folder, PeerRole.NODE, random).id()).isEqualTo(node.id());
    assertThatThrownBy(() -> PeerIdentity.loadOrCreate(folder, PeerRole.SATELLITE, random))
        .hasMessageContaining("not of a SATELLITE");
  }

  @Test
  void refusesADamagedOrOpenFolder() throws IOException {
    Path folder = directory.resolve("identity");
    node.store(folder);
    Path key = folder.resolve("identity.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> PeerIdentity.load(folder)).hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    String pem = Files.readString(key);
    Files.writeString(key, "garbage");
    assertThatThrownBy(() -> PeerIdentity.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("backup");
    Files.writeString(key, pem);
    Path otherFolder = directory.resolve("other");
    PeerIdentity.generate(PeerRole.NODE, random).store(otherFolder);
    Files.copy(
        otherFolder.resolve("identity.crt"),
        folder.resolve("identity.crt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> PeerIdentity.load(folder))
        .hasMessageContaining("do not belong together");
    Files.delete(key);
    assertThatThrownBy(() -> PeerIdentity.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> PeerIdentity.loadOrCreate(folder, PeerRole.NODE, random))
        .isInstanceOf(IOException.class);
  }

  @Test
  void raisesTheSerialOfItsTlsKeysAcrossRestartsAndClockJumps() throws IOException {
    node.store(directory.resolve("identity"));
    long first = node.issueTlsKey(InstantSource.fixed(NOW), random).serial();
    assertThat(first).isEqualTo(NOW.getEpochSecond());
    long second =
        node.issueTlsKey(InstantSource.fixed(NOW.minus(Duration.ofDays(500))), random).serial();
    assertThat(second).isEqualTo(first + 1);
    PeerIdentity restarted = PeerIdentity.load(directory.resolve("identity"));
    assertThat(restarted.issueTlsKey(InstantSource.fixed(NOW), random).serial())
        .isEqualTo(second + 1);
    Files.delete(directory.resolve("identity/tls-serial"));
    PeerIdentity lost = PeerIdentity.load(directory.resolve("identity"));
    assertThat(lost.issueTlsKey(InstantSource.fixed(NOW.plusSeconds(60)), random).serial())
        .isGreaterThan(second + 1);
  }

  @Test
  void renewsItsTlsKeyWhileItRuns() throws CertificateException {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    TlsKey key = node.issueTlsKey(now::get, random);
    TlsKey.Current first = key.current();
    assertThat(key.current()).isSameAs(first);
    now.set(NOW.plus(TlsKey.VALIDITY).minus(TlsKey.RENEW_BEFORE));
    TlsKey.Current second = key.current();
    assertThat(second.serial()).isGreaterThan(first.serial());
    assertThat(PeerChain.verify(chain(second), now.get()).id()).isEqualTo(node.id());
    assertThat(PeerChain.verify(chain(first), now.get()).tlsSerial()).isEqualTo(first.serial());
  }

  private static X509Certificate[] chain(TlsKey.Current key) {
    return key.chain().toArray(X509Certificate[]::new);
  }

  @Test
  void judgesChains() throws CertificateException {
    TlsKey.Current key = node.issueTlsKey(InstantSource.fixed(NOW), random).current();
    X509Certificate[] good = chain(key);
    assertThat(PeerChain.verify(good, NOW))
        .isEqualTo(new PeerChain(PeerRole.NODE, node.id(), key.serial()));
    assertThat(PeerChain.verify(good, NOW.minus(TlsKey.CLOCK_TOLERANCE)).id()).isEqualTo(node.id());
    assertRefused(good, NOW.minus(TlsKey.CLOCK_TOLERANCE).minusSeconds(1), "clocks");
    assertRefused(good, NOW.plus(TlsKey.VALIDITY).plusSeconds(1), "expired");
    assertRefused(new X509Certificate[] {good[0]}, NOW, "two certificates");
    assertRefused(new X509Certificate[] {good[1]}, NOW, "two certificates");
    assertRefused(new X509Certificate[] {good[0], good[1], good[1]}, NOW, "two certificates");
    assertRefused(new X509Certificate[] {good[1], good[1]}, NOW, "not one that");
    PeerIdentity other = PeerIdentity.generate(PeerRole.NODE, random);
    assertRefused(new X509Certificate[] {good[0], other.certificate()}, NOW, "not one that");
  }

  @Test
  void refusesALeafThatTheIdentityDidNotSign() {
    KeyPair thief = PeerKeys.generate(random);
    X509Certificate forged =
        PeerCertificates.leaf(
            node.id(),
            thief.getPrivate(),
            thief.getPublic(),
            1,
            NOW.minusSeconds(1),
            NOW.plusSeconds(60));
    assertRefused(
        new X509Certificate[] {forged, node.certificate()}, NOW, "not signed by its identity key");
    assertRefused(
        new X509Certificate[] {forged, node.certificate()}, NOW, "not signed by its identity key");
  }

  @Test
  void refusesAnIdentityCertificateThatNamesAnotherId() {
    KeyPair thief = PeerKeys.generate(random);
    X509Certificate stolenName = PeerCertificates.identity(node.id(), thief, random);
    X509Certificate leaf =
        PeerCertificates.leaf(
            node.id(),
            thief.getPrivate(),
            thief.getPublic(),
            1,
            NOW.minusSeconds(1),
            NOW.plusSeconds(60));
    assertRefused(
        new X509Certificate[] {leaf, stolenName}, NOW, "does not name the id of its own key");
  }

  private static void assertRefused(X509Certificate[] chain, Instant now, String message) {
    assertThatThrownBy(() -> PeerChain.verify(chain, now))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsAddresses() {
    String id = node.id().toString();
    assertThat(PeerAddress.parse(id + "@example.org:7777"))
        .isEqualTo(new PeerAddress(node.id(), "example.org", 7777))
        .hasToString(id + "@example.org:7777");
    PeerAddress six = PeerAddress.parse(id + "@[::1]:80");
    assertThat(six.host()).isEqualTo("::1");
    assertThat(six).hasToString(id + "@[::1]:80");
    for (String bad :
        List.of(
            "",
            id,
            id + "@host",
            "@host:1",
            id + "@:1",
            id + "@host:0",
            id + "@host:65536",
            id + "@::1:80",
            id + "@host:x",
            "z" + id.substring(1) + "@host:1")) {
      assertThatThrownBy(() -> PeerAddress.parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
