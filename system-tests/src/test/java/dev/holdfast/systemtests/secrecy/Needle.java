package dev.holdfast.systemtests.secrecy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that is searched for, with what to call it in a report.
 *
 * <p>Short ones would be found by chance, so at least 8 bytes are wanted.
 */
final class Needle {
  private static final int MIN_BYTES = 8;

  private final String name;
  private final byte[] bytes;

  Needle(String name, byte[] bytes) {
    if (bytes.length < MIN_BYTES) {
      throw new IllegalArgumentException(
          "%s has %d bytes, a needle needs %d".formatted(name, bytes.length, MIN_BYTES));
    }
    this.name = name;
    this.bytes = bytes.clone();
  }

  String name() {
    return name;
  }

  byte first() {
    return bytes[0];
  }

  int length() {
    return bytes.length;
  }

  boolean isAt(byte[] buffer, int offset, int end) {
    return end - offset >= bytes.length
        && Arrays.equals(buffer, offset, offset + bytes.length, bytes, 0, bytes.length);
  }

  /** A text as any process might hold it. */
  static List<Needle> text(String name, String text) {
    Map<String, Charset> charsets = new LinkedHashMap<>();
    charsets.put("UTF-8", StandardCharsets.UTF_8);
    charsets.put("UTF-16", StandardCharsets.UTF_16LE);
    return charsets.entrySet().stream()
        .map(e -> new Needle(name + " (" + e.getKey() + ")", text.getBytes(e.getValue())))
        .toList();
  }

  /** Bytes as they are, and as hexadecimal and Base64 text. */
  static List<Needle> bytes(String name, byte[] bytes) {
    return List.of(
        new Needle(name, bytes),
        new Needle(
            name + " (hex)", HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII)),
        new Needle(
            name + " (Base64)",
            Base64.getEncoder()
                .withoutPadding()
                .encodeToString(bytes)
                .getBytes(StandardCharsets.US_ASCII)));
  }
}
