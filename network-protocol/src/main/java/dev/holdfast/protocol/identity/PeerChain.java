package dev.holdfast.protocol.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Judges the certificates that a peer showed: exactly a leaf and an identity certificate. Only the
 * key of the identity certificate counts, since the id is its hash; the leaf must be signed by it,
 * valid now, and name the same id.
 *
 * @param role the role that is part of the id
 * @param id the peer's id
 * @param tlsSerial serial number of the leaf
 */
public record PeerChain(PeerRole role, Bytes32 id, long tlsSerial) {
  private static final int MAX_CERTIFICATE_BYTES = 4_096;
  private static final int CACHED = 1_024;

  // A peer reconnects with the same leaf for days; the signature is checked once, everything else
  // at every handshake.
  private static final Map<SignedLeaf, Boolean> VERIFIED =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SignedLeaf, Boolean> eldest) {
          return size() > CACHED;
        }
      };

  private record SignedLeaf(Bytes32 leafHash, Bytes32 identityKeyHash) {}

  /**
   * Checks the chain and says whose it is.
   *
   * @throws CertificateException when it is not that of a peer, or not valid now; says what is
   *     wrong
   */
  public static PeerChain verify(X509Certificate[] chain, Instant now) throws CertificateException {
    if (chain.length != 2) {
      throw new CertificateException(
          "A peer shows two certificates, a TLS key's and its identity's; this one showed "
              + chain.length
              + ".");
    }
    X509Certificate leaf = chain[0];
    X509Certificate identity = chain[1];
    if (leaf.getEncoded().length > MAX_CERTIFICATE_BYTES
        || identity.getEncoded().length > MAX_CERTIFICATE_BYTES) {
      throw new CertificateException(
          "A peer's certificate has at most " + MAX_CERTIFICATE_BYTES + " bytes.");
    }
    if (!PeerKeys.isP256(identity.getPublicKey()) || !PeerKeys.isP256(leaf.getPublicKey())) {
      throw new CertificateException("Peers use ECDSA P-256 keys only.");
    }
    String subject = identity.getSubjectX500Principal().getName();
    for (PeerRole role : PeerRole.values()) {
      Bytes32 id = PeerKeys.idOf(role, identity.getPublicKey());
      if (subject.equals(PeerCertificates.subject(id))) {
        return new PeerChain(role, id, checkLeaf(leaf, identity, subject, now));
      }
    }
    throw new CertificateException("The identity certificate does not name the id of its own key.");
  }

  private static long checkLeaf(
      X509Certificate leaf, X509Certificate identity, String subject, Instant now)
      throws CertificateException {
    if (!leaf.getSubjectX500Principal().getName().equals(subject)
        || !leaf.getIssuerX500Principal().getName().equals(subject)
        || leaf.getBasicConstraints() != -1) {
      throw new CertificateException("The TLS certificate is not one that " + subject + " issues.");
    }
    if (now.isBefore(leaf.getNotBefore().toInstant())) {
      throw new CertificateException(
          "The TLS certificate of "
              + subject
              + " is valid from "
              + leaf.getNotBefore().toInstant()
              + ", here it is "
              + now
              + "; compare the clocks of both machines.");
    }
    if (now.isAfter(leaf.getNotAfter().toInstant())) {
      throw new CertificateException(
          "The TLS certificate of "
              + subject
              + " expired at "
              + leaf.getNotAfter().toInstant()
              + ", here it is "
              + now
              + "; compare the clocks, or restart that peer.");
    }
    BigInteger serial = leaf.getSerialNumber();
    if (serial.signum() <= 0 || serial.bitLength() > 63) {
      throw new CertificateException("The serial number of a TLS certificate is 1 to 2^63 - 1.");
    }
    checkSignature(leaf, identity, subject);
    return serial.longValueExact();
  }

  private static void checkSignature(X509Certificate leaf, X509Certificate identity, String subject)
      throws CertificateException {
    SignedLeaf key =
        new SignedLeaf(sha256(leaf.getEncoded()), sha256(identity.getPublicKey().getEncoded()));
    synchronized (VERIFIED) {
      if (VERIFIED.containsKey(key)) {
        return;
      }
    }
    try {
      leaf.verify(identity.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new CertificateException(
          "The TLS certificate of " + subject + " is not signed by its identity key.", e);
    }
    synchronized (VERIFIED) {
      VERIFIED.put(key, true);
    }
  }

  private static Bytes32 sha256(byte[] bytes) {
    return Bytes32.of(dev.holdfast.protocol.mac.LabeledHash.newSha256().digest(bytes));
  }
}
