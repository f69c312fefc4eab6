package dev.holdfast.s3gateway.checksum;

import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.ObjectPart;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Checksums and ETags of whole multipart objects from those of their parts. */
public final class ObjectChecksums {
  private ObjectChecksums() {}

  /** S3's ETag of a multipart object: MD5 over the parts' MD5s, "-", count of parts. */
  public static String multipartEtag(List<String> partEtags) {
    RunningChecksum md5 = RunningChecksum.of("MD5");
    for (String etag : partEtags) {
      byte[] value = HexFormat.of().parseHex(etag);
      md5.update(value, 0, value.length);
    }
    return HexFormat.of().formatHex(md5.value()) + "-" + partEtags.size();
  }

  /**
   * Checksum over the parts' checksums, all of the algorithm; its text ends in "-" and the count of
   * parts.
   */
  public static Checksum composite(ChecksumAlgorithm algorithm, List<ObjectPart> parts) {
    RunningChecksum running = algorithm.start();
    for (ObjectPart part : parts) {
      byte[] value = valueOf(part, algorithm);
      running.update(value, 0, value.length);
    }
    String text = Base64.getEncoder().encodeToString(running.value());
    return new Checksum(algorithm.name(), text + "-" + parts.size(), false);
  }

  /** Checksum over all bytes, from the parts' CRCs. */
  public static Checksum fullObject(ChecksumAlgorithm algorithm, List<ObjectPart> parts) {
    CrcCombination combination = CrcCombination.of(algorithm);
    long crc = 0;
    for (int i = 0; i < parts.size(); i++) {
      ObjectPart part = parts.get(i);
      long value = wide(valueOf(part, algorithm));
      crc = i == 0 ? value : combination.combine(crc, value, part.sizeBytes());
    }
    byte[] wide = ByteBuffer.allocate(Long.BYTES).putLong(crc).array();
    byte[] value = Arrays.copyOfRange(wide, Long.BYTES - algorithm.bytes(), Long.BYTES);
    return new Checksum(algorithm.name(), Base64.getEncoder().encodeToString(value), true);
  }

  private static byte[] valueOf(ObjectPart part, ChecksumAlgorithm algorithm) {
    Checksum checksum =
        part.checksum()
            .filter(c -> c.algorithm().equals(algorithm.name()))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "part " + part.number() + " has no " + algorithm + " checksum"));
    return Base64.getDecoder().decode(checksum.value());
  }

  private static long wide(byte[] value) {
    long wide = 0;
    for (byte b : value) {
      wide = (wide << 8) | (b & 0xff);
    }
    return wide;
  }
}
