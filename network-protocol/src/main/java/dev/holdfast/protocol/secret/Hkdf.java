package dev.holdfast.protocol.secret;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * HKDF-SHA256 (RFC 5869) with an empty salt; info is the {@link LabeledInput} of label, version and
 * inputs. Thread-safe.
 */
public final class Hkdf {
  /** The most bytes that one derivation gives: 255 hash lengths. */
  public static final int MAX_OUTPUT_BYTES = 255 * 32;

  private Hkdf() {}

  /** Derives a secret of {@code lengthBytes} bytes. */
  public static SecretBytes derive(
      SecretBytes key, String label, int version, int lengthBytes, byte[]... inputs) {
    byte[] exposed = key.expose();
    byte[] derived = deriveBytes(exposed, label, version, lengthBytes, inputs);
    SecretBytes result = SecretBytes.copyOf(derived);
    Arrays.fill(exposed, (byte) 0);
    Arrays.fill(derived, (byte) 0);
    return result;
  }

  /** The same with raw bytes in and out, for callers that erase them. */
  public static byte[] deriveBytes(
      byte[] key, String label, int version, int lengthBytes, byte[]... inputs) {
    if (lengthBytes < 1 || lengthBytes > MAX_OUTPUT_BYTES) {
      throw new IllegalArgumentException(
          "HKDF-SHA256 derives 1 to " + MAX_OUTPUT_BYTES + " bytes, not " + lengthBytes + ".");
    }
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(key)
                  .thenExpand(LabeledInput.encode(label, version, inputs), lengthBytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "This Java runtime lacks HKDF-SHA256; use a JDK 25 or newer.", e);
    }
  }
}
