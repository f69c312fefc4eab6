package dev.holdfast.uplink.segment.upload;

import dev.holdfast.erasure.RedundancyCode;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.uplink.segment.PlainSource;
import dev.holdfast.uplink.segment.SegmentUploadRequest;
import dev.holdfast.uplink.segment.SegmentUploader;
import dev.holdfast.uplink.segment.UploadedSegment;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Uploads segments as pieces to storage nodes. Thread-safe; close it when no upload runs. */
public final class PieceSegmentUploader implements SegmentUploader, AutoCloseable {
  private static final int IDLE_STRIPES = 8;
  private static final int IDLE_SLABS = 128;
  private static final int MOST_SCHEMES = 16;

  private final UploadDevices devices;
  private final Map<Scheme, StripeBuffers.Pool> buffers = new HashMap<>();
  private final Map<Integer, SlabPool> slabs = new HashMap<>();

  public PieceSegmentUploader(UploadDevices devices) {
    this.devices = devices;
  }

  @Override
  public UploadedSegment upload(SegmentUploadRequest request, PlainSource source)
      throws IOException, InterruptedException {
    if (request.maxPlainBytes() < 1
        || request.maxPlainBytes() > BlockLayout.SEGMENT_MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException(
          "A segment on nodes has 1 to "
              + BlockLayout.SEGMENT_MAX_PLAIN_BYTES
              + " plain bytes, not "
              + request.maxPlainBytes());
    }
    PlainReader reader = new PlainReader(source, request.maxPlainBytes());
    long mostBytes = reader.lookAhead();
    if (mostBytes == 0) {
      throw new IllegalArgumentException("A segment of 0 bytes is inline");
    }
    return new SegmentUpload(devices, this, request, reader, mostBytes).run();
  }

  synchronized StripeBuffers.Pool buffers(RedundancyCode code, int required, int total) {
    return buffers.computeIfAbsent(
        new Scheme(code, required, total),
        _ -> {
          int idle = buffers.size() < MOST_SCHEMES ? IDLE_STRIPES : 0;
          return new StripeBuffers.Pool(required, total, StripeCoder.fullShareBytes(code), idle);
        });
  }

  synchronized SlabPool slabs(int shareBytes) {
    return slabs.computeIfAbsent(
        shareBytes,
        _ -> new SlabPool((long) shareBytes * RetainedShares.SHARES_PER_SLAB, IDLE_SLABS));
  }

  @Override
  public synchronized void close() {
    slabs.values().forEach(SlabPool::close);
  }

  private record Scheme(RedundancyCode code, int required, int total) {}
}
