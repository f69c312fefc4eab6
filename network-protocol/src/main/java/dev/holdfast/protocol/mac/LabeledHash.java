package dev.holdfast.protocol.mac;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.secret.LabeledInput;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over the {@link LabeledInput} of a label, its version and the inputs. Thread-safe. */
public final class LabeledHash {
  private LabeledHash() {}

  public static Bytes32 of(String label, int version, byte[]... inputs) {
    return Bytes32.of(newSha256().digest(LabeledInput.encode(label, version, inputs)));
  }

  /** A new SHA-256 digest; every Java runtime has one. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks SHA-256.", e);
    }
  }
}
