package dev.holdfast.s3gateway.checksum;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** S3's checksum algorithms. Composite: over the parts' checksums; full object: over the bytes. */
public enum ChecksumAlgorithm {
  CRC32(4, true, true),
  CRC32C(4, true, true),
  CRC64NVME(8, false, true),
  SHA1(20, true, false),
  SHA256(32, true, false);

  private static final String HEADER_PREFIX = "x-amz-checksum-";

  private final int bytes;
  private final boolean composite;
  private final boolean fullObject;

  ChecksumAlgorithm(int bytes, boolean composite, boolean fullObject) {
    this.bytes = bytes;
    this.composite = composite;
    this.fullObject = fullObject;
  }

  /** Length of a value, bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether a multipart object may have the checksum over its parts' checksums. */
  public boolean allowsComposite() {
    return composite;
  }

  /** Whether a multipart object may have the checksum over all its bytes. */
  public boolean allowsFullObject() {
    return fullObject;
  }

  /** Name of the header or trailer that carries a value. */
  public String header() {
    return HEADER_PREFIX + name().toLowerCase(Locale.ROOT);
  }

  /** Name of the XML element that carries a value. */
  public String element() {
    return "Checksum" + name();
  }

  public static Optional<ChecksumAlgorithm> find(String name) {
    return all().stream().filter(a -> a.name().equalsIgnoreCase(name)).findFirst();
  }

  public static Optional<ChecksumAlgorithm> ofHeader(String lowerCaseName) {
    return all().stream().filter(a -> a.header().equals(lowerCaseName)).findFirst();
  }

  private static List<ChecksumAlgorithm> all() {
    return Arrays.asList(values());
  }

  /** A computation that starts from no bytes. */
  public RunningChecksum start() {
    return switch (this) {
      case CRC32 -> RunningChecksum.of(new java.util.zip.CRC32(), bytes);
      case CRC32C -> RunningChecksum.of(new java.util.zip.CRC32C(), bytes);
      case CRC64NVME -> RunningChecksum.of(new Crc64Nvme(), bytes);
      case SHA1 -> RunningChecksum.of("SHA-1");
      case SHA256 -> RunningChecksum.of("SHA-256");
    };
  }
}
