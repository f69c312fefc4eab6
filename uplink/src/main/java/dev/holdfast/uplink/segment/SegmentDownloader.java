package dev.holdfast.uplink.segment;

import java.io.IOException;

/** Fetches and decrypts plain bytes of remote segments. Thread-safe; one per uplink. */
public interface SegmentDownloader {
  /**
   * Delivers the asked bytes in order, in runs of at most 64 KiB, each authenticated before it is
   * delivered.
   *
   * @throws dev.holdfast.protocol.error.HoldfastException among others with {@code limit-expired}
   *     when limits ran out on the way; the caller may open the object again and go on behind the
   *     bytes delivered
   * @throws InterruptedException when the calling thread is interrupted
   * @throws IOException from the sink
   */
  void read(SegmentReadRequest request, PlainSink sink) throws IOException, InterruptedException;
}
