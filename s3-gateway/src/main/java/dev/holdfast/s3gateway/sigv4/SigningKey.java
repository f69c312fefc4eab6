package dev.holdfast.s3gateway.sigv4;

import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Key of one credential for one day, region and service. Has no text form. Thread-safe. */
public final class SigningKey {
  private static final String HMAC = "HmacSHA256";
  static final String EMPTY_SHA256 =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final SecretKeySpec key;

  private SigningKey(byte[] key) {
    this.key = new SecretKeySpec(key, HMAC);
  }

  /**
   * @param secretAccessKey UTF-8 bytes of the secret access key
   */
  public static SigningKey derive(SecretBytes secretAccessKey, CredentialScope scope) {
    byte[] secret = secretAccessKey.expose();
    byte[] prefix = "AWS4".getBytes(StandardCharsets.UTF_8);
    byte[] first = new byte[prefix.length + secret.length];
    System.arraycopy(prefix, 0, first, 0, prefix.length);
    System.arraycopy(secret, 0, first, prefix.length, secret.length);
    byte[] date = hmac(new SecretKeySpec(first, HMAC), scope.date());
    byte[] region = hmac(new SecretKeySpec(date, HMAC), scope.region());
    byte[] service = hmac(new SecretKeySpec(region, HMAC), scope.service());
    return new SigningKey(hmac(new SecretKeySpec(service, HMAC), CredentialScope.TERMINATOR));
  }

  /** Lower-case hex signature of a string to sign. */
  String sign(String stringToSign) {
    return HexFormat.of().formatHex(hmac(key, stringToSign));
  }

  /** Compares in constant time. */
  boolean verify(String stringToSign, String signature) {
    return MessageDigest.isEqual(
        sign(stringToSign).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is in every JDK", e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }

  static String sha256Hex(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
