package dev.holdfast.uplink.segment;

import dev.holdfast.protocol.wire.BeginSegmentResponse;
import dev.holdfast.protocol.wire.ReplacePiecesResponse;
import java.util.Collection;
import java.util.List;

/**
 * The satellite as one segment's upload sees it: bound to a bucket, key, object, attempt, part and
 * index. Remembers the latest segment token, so that whoever abandons the object can cancel it.
 * Thread-safe; calls block and are retried inside; failures are {@link
 * dev.holdfast.protocol.error.HoldfastException}s.
 */
public interface SegmentBroker {
  /**
   * Asks for offers of pieces.
   *
   * @param maxPlainBytes bound of the plain bytes that the segment may hold; the piece ceilings
   *     follow from it
   */
  BeginSegmentResponse begin(long maxPlainBytes);

  /**
   * Asks for fresh nodes for pieces that failed.
   *
   * @param pieceNumbers pieces that need another node
   * @param failedNodeIds 32 bytes each; not offered again for this segment
   */
  ReplacePiecesResponse replace(List<Integer> pieceNumbers, Collection<byte[]> failedNodeIds);
}
