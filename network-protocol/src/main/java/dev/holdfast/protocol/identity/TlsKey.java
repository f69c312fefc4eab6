package dev.holdfast.protocol.identity;

import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The short-lived key with which a peer speaks TLS, signed by its identity key. {@link #current()}
 * is asked at every handshake and draws a new key with a higher serial when the old one comes near
 * its end, so that a process may run for years. Thread-safe.
 */
public final class TlsKey {
  /** How long one key is valid. */
  public static final Duration VALIDITY = Duration.ofDays(30);

  /** How long before its end a key is replaced. */
  public static final Duration RENEW_BEFORE = Duration.ofDays(10);

  /** How much a verifier's clock may lag behind the issuer's. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofDays(1);

  /**
   * One key with its certificates.
   *
   * @param chain the leaf, then the identity certificate
   * @param serial serial number of the leaf; of two keys of one peer the higher is the newer
   */
  public record Current(
      PrivateKey privateKey, List<X509Certificate> chain, long serial, Instant expires) {
    public Current {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "TlsKey[serial " + serial + ", expires " + expires + "]";
    }
  }

  private final PeerIdentity identity;
  private final InstantSource clock;
  private final SecureRandom random;
  private volatile Current current;

  TlsKey(PeerIdentity identity, InstantSource clock, SecureRandom random) {
    this.identity = identity;
    this.clock = clock;
    this.random = random;
    this.current = identity.issueCurrent(clock.instant(), random);
  }

  /**
   * The key to use now.
   *
   * @throws java.io.UncheckedIOException when a new key is due and its serial cannot be stored
   */
  public Current current() {
    Instant now = clock.instant();
    if (isFresh(current, now)) {
      return current;
    }
    synchronized (this) {
      if (!isFresh(current, now)) {
        current = identity.issueCurrent(now, random);
      }
      return current;
    }
  }

  private static boolean isFresh(Current key, Instant now) {
    return now.isBefore(key.expires().minus(RENEW_BEFORE));
  }

  /** The leaf, then the identity certificate. */
  public List<X509Certificate> chain() {
    return current().chain();
  }

  public PrivateKey privateKey() {
    return current().privateKey();
  }

  /** Serial number of the present leaf. */
  public long serial() {
    return current().serial();
  }

  /** The clock by which this key is renewed. */
  public InstantSource clock() {
    return clock;
  }

  @Override
  public String toString() {
    return current.toString();
  }
}
