package dev.holdfast.protocol.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The one encoding of (label, version, inputs) that goes into every hash, MAC and key derivation of
 * the network: u8 label length, label in ASCII, u8 version, then every input as u32 length and
 * bytes. It is injective, so different labels or inputs never meet. All integers are big-endian.
 */
public final class LabeledInput {
  private LabeledInput() {}

  /**
   * @param label 1 to 255 ASCII characters, one purpose each; docs/specifications/ids.md lists all
   * @param version 1 to 255
   */
  public static byte[] encode(String label, int version, byte[]... inputs) {
    byte[] labelBytes = label.getBytes(StandardCharsets.US_ASCII);
    if (labelBytes.length == 0 || labelBytes.length > 255) {
      throw new IllegalArgumentException(
          "A label has 1 to 255 characters, not " + labelBytes.length + ".");
    }
    if (version < 1 || version > 255) {
      throw new IllegalArgumentException("A label's version is 1 to 255, not " + version + ".");
    }
    int size = 2 + labelBytes.length;
    for (byte[] input : inputs) {
      size = Math.addExact(size, Math.addExact(4, input.length));
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put((byte) labelBytes.length).put(labelBytes).put((byte) version);
    for (byte[] input : inputs) {
      out.putInt(input.length).put(input);
    }
    return out.array();
  }
}
