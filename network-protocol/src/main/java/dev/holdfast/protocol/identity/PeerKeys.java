package dev.holdfast.protocol.identity;

import dev.holdfast.protocol.mac.LabeledHash;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

/** ECDSA P-256 keys, and the id that follows from one. */
final class PeerKeys {
  static final String SIGNATURE = "SHA256withECDSA";

  private static final String CURVE = "secp256r1";
  private static final String ID_LABEL = "holdfast identity";
  private static final int ID_VERSION = 1;
  private static final ECParameterSpec P256 = p256();

  private PeerKeys() {}

  static KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks ECDSA P-256.", e);
    }
  }

  /** Whether this is a key on P-256; no other serves as identity or TLS key. */
  static boolean isP256(PublicKey key) {
    return key instanceof ECPublicKey ec
        && ec.getParams() != null
        && ec.getParams().getCurve().equals(P256.getCurve())
        && ec.getParams().getGenerator().equals(P256.getGenerator())
        && ec.getParams().getOrder().equals(P256.getOrder());
  }

  /** The id of a peer: labelled hash of role and SubjectPublicKeyInfo. */
  static Bytes32 idOf(PeerRole role, PublicKey identityKey) {
    return LabeledHash.of(
        ID_LABEL, ID_VERSION, new byte[] {(byte) role.id()}, identityKey.getEncoded());
  }

  private static ECParameterSpec p256() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(CURVE));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks ECDSA P-256.", e);
    }
  }
}
