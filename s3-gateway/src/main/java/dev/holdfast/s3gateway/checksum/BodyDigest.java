package dev.holdfast.s3gateway.checksum;

import dev.holdfast.uplink.Checksum;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** MD5 and, if wanted, a checksum over bytes as they pass. Confined to one thread. */
public final class BodyDigest {
  private final RunningChecksum md5 = RunningChecksum.of("MD5");
  private final Optional<ChecksumAlgorithm> algorithm;
  private final Optional<RunningChecksum> checksum;
  private long size;

  public BodyDigest(Optional<ChecksumAlgorithm> algorithm) {
    this.algorithm = algorithm;
    this.checksum = algorithm.map(ChecksumAlgorithm::start);
  }

  public void update(byte[] bytes, int offset, int length) {
    md5.update(bytes, offset, length);
    checksum.ifPresent(c -> c.update(bytes, offset, length));
    size += length;
  }

  /** Ends the computation. */
  public Digests finish() {
    String value = checksum.map(c -> Base64.getEncoder().encodeToString(c.value())).orElse("");
    return new Digests(
        size,
        HexFormat.of().formatHex(md5.value()),
        algorithm.map(a -> new Checksum(a.name(), value, true)));
  }
}
