package dev.holdfast.uplink.segment;

/**
 * Both directions of segment transfer with what they share: connections, coding threads, byte
 * budgets. One per uplink.
 */
public interface SegmentTransfers extends AutoCloseable {
  SegmentUploader uploader();

  SegmentDownloader downloader();

  /** Fails running transfers and closes connections. */
  @Override
  void close();
}
