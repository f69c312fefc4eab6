package dev.holdfast.protocol.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Builds the two certificates of a peer. Both name the peer by its id; the leaf's serial number
 * rises.
 */
final class PeerCertificates {
  // An identity outlives every clock: RFC 5280's "no well-defined expiration date".
  private static final Instant IDENTITY_FROM = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant IDENTITY_UNTIL = Instant.parse("9999-12-31T23:59:59Z");

  private PeerCertificates() {}

  /** The subject of both certificates. */
  static String subject(Bytes32 id) {
    return "CN=" + id;
  }

  static X509Certificate identity(Bytes32 id, KeyPair identity, SecureRandom random) {
    X500Name name = new X500Name(subject(id));
    BigInteger serial = new BigInteger(63, random).add(BigInteger.ONE);
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial,
            Date.from(IDENTITY_FROM),
            Date.from(IDENTITY_UNTIL),
            name,
            identity.getPublic());
    return sign(
        builder,
        identity.getPrivate(),
        new BasicConstraints(0),
        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
  }

  static X509Certificate leaf(
      Bytes32 id,
      PrivateKey identityKey,
      PublicKey tlsKey,
      long serial,
      Instant from,
      Instant until) {
    X500Name name = new X500Name(subject(id));
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name, BigInteger.valueOf(serial), Date.from(from), Date.from(until), name, tlsKey);
    add(
        builder,
        Extension.extendedKeyUsage,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    return sign(
        builder, identityKey, new BasicConstraints(false), new KeyUsage(KeyUsage.digitalSignature));
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder,
      PrivateKey signer,
      BasicConstraints constraints,
      KeyUsage usage) {
    add(builder, Extension.basicConstraints, constraints);
    add(builder, Extension.keyUsage, usage);
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(PeerKeys.SIGNATURE).build(signer)));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "A peer's certificate could not be signed with its own key.", e);
    }
  }

  private static void add(
      X509v3CertificateBuilder builder, ASN1ObjectIdentifier kind, ASN1Encodable value) {
    try {
      builder.addExtension(kind, true, value);
    } catch (org.bouncycastle.cert.CertIOException e) {
      throw new IllegalStateException("A certificate extension could not be encoded.", e);
    }
  }
}
