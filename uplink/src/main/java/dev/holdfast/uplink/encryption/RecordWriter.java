package dev.holdfast.uplink.encryption;

import dev.holdfast.uplink.Checksum;
import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the fields of metadata records: big-endian integers, u16-prefixed UTF-8. Confined to one
 * thread.
 */
final class RecordWriter {
  private static final int MAX_TEXT_BYTES = 0xFFFF;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RecordWriter u8(int value) {
    out.write(value);
    return this;
  }

  RecordWriter u16(int value) {
    out.write(value >>> 8);
    out.write(value);
    return this;
  }

  RecordWriter u32(int value) {
    return u16(value >>> 16).u16(value);
  }

  RecordWriter u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  RecordWriter bytes(byte[] value) {
    out.writeBytes(value);
    return this;
  }

  RecordWriter text(String value) {
    byte[] bytes = KeyText.encode(value);
    if (bytes.length > MAX_TEXT_BYTES) {
      throw RecordReader.tooLarge(
          "A metadata value has " + bytes.length + " bytes", MAX_TEXT_BYTES);
    }
    return u16(bytes.length).bytes(bytes);
  }

  RecordWriter checksum(Optional<Checksum> checksum) {
    if (checksum.isEmpty()) {
      return u8(0);
    }
    Checksum present = checksum.get();
    return u8(present.fullObject() ? 2 : 1).text(present.algorithm()).text(present.value());
  }

  /** Entries in order of their names, so that equal maps give equal bytes. */
  RecordWriter map(Map<String, String> map) {
    if (map.size() > RecordReader.MAX_MAP_ENTRIES) {
      throw RecordReader.tooLarge(
          "An object has " + map.size() + " metadata entries of a kind",
          RecordReader.MAX_MAP_ENTRIES);
    }
    u16(map.size());
    List<Map.Entry<String, String>> sorted =
        map.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
            .toList();
    sorted.forEach(entry -> text(entry.getKey()).text(entry.getValue()));
    return this;
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
