package dev.holdfast.s3gateway.operation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** S3's order of names: by the bytes of their UTF-8. */
final class ByteOrder {
  private ByteOrder() {}

  static int compare(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
