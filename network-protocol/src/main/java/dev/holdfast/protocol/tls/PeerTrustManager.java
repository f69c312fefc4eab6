package dev.holdfast.protocol.tls;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerChain;
import dev.holdfast.protocol.identity.PeerRole;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks a peer's chain during the handshake, and its id when one peer only is expected.
 * "Extended", or the JDK would add host name checks, which mean nothing for peers that are named by
 * their key.
 */
final class PeerTrustManager extends X509ExtendedTrustManager {
  private final InstantSource clock;
  private final @Nullable PeerRole expectedRole;
  private final @Nullable Bytes32 expectedId;

  PeerTrustManager(
      InstantSource clock, @Nullable PeerRole expectedRole, @Nullable Bytes32 expectedId) {
    this.clock = clock;
    this.expectedRole = expectedRole;
    this.expectedId = expectedId;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    PeerChain peer = PeerChain.verify(chain, clock.instant());
    if (expectedRole != null && peer.role() != expectedRole) {
      throw new CertificateException(
          "Expected a " + expectedRole + ", found the " + peer.role() + " " + peer.id() + ".");
    }
    if (expectedId != null && !peer.id().equals(expectedId)) {
      throw new CertificateException("Expected " + expectedId + ", found " + peer.id() + ".");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  /** None: naming issuers would only tell strangers whom we trust. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
