package dev.holdfast.uplink;

import java.util.Optional;

/** Which version (0: the current one) and which bytes to read. */
public record DownloadOptions(long version, Optional<ByteRange> range) {
  public static final DownloadOptions ALL = new DownloadOptions(0, Optional.empty());
}
