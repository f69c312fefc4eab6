package dev.holdfast.uplink.segment.upload;

import dev.holdfast.uplink.segment.resource.CodingThreads;
import org.jspecify.annotations.Nullable;

/** What feeds take from the segment that they belong to. Thread-safe. */
interface FeedSource {
  /** Stripes that are coded, from the first without a gap. */
  int codedStripes();

  /** Null until all stripes are coded. */
  @Nullable SegmentEnd end();

  /** Codes one share again and passes it on; the array is the source's own. */
  void withShare(int stripe, int piece, ShareConsumer consumer);

  CodingThreads threads();

  /** Tells the driver that a node moved. */
  void wake();

  /** Takes a share within the call. */
  interface ShareConsumer {
    void accept(byte[] share, int length);
  }
}
