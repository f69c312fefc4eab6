package dev.holdfast.uplink.segment;

import java.io.IOException;

/**
 * Encrypts, codes and scatters one remote segment. Thread-safe; one per uplink.
 *
 * <p>Memory of all running uploads together stays within the uplink's byte budget. An upload that
 * already holds some of it never waits for more of it, so that uploads cannot wait for each other
 * in a ring.
 */
public interface SegmentUploader {
  /**
   * Reads the source to its end and returns once {@code optimal} pieces have receipts. Does not
   * cancel its token on failure: the caller does, through what its broker remembers.
   *
   * @throws InterruptedException when the calling thread is interrupted; running puts are cancelled
   * @throws IOException from the source
   */
  UploadedSegment upload(SegmentUploadRequest request, PlainSource source)
      throws IOException, InterruptedException;
}
