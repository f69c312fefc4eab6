package dev.holdfast.s3gateway.fake;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.ByteRange;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectStat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Bytes of a stored object. */
final class MemoryDownload implements ObjectDownload {
  private static final int RUN_BYTES = 65_536;

  private final MemoryBucket.Stored stored;
  private final int offset;
  private final int length;

  MemoryDownload(MemoryBucket.Stored stored, Optional<ByteRange> range) {
    this.stored = stored;
    long size = stored.bytes().length;
    long from = 0;
    long count = size;
    if (range.isPresent()) {
      switch (range.get()) {
        case ByteRange.From(long o, long l) -> {
          from = o;
          count = Math.min(l, size - o);
        }
        case ByteRange.FromToEnd(long o) -> {
          from = o;
          count = size - o;
        }
        case ByteRange.Suffix(long l) -> {
          count = Math.min(l, size);
          from = size - count;
        }
      }
      if (from >= size || count <= 0) {
        throw new HoldfastException(ErrorCode.RANGE_INVALID, "No byte is in the range");
      }
    }
    this.offset = (int) from;
    this.length = (int) count;
  }

  @Override
  public ObjectStat stat() {
    return stored.stat();
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void transferTo(OutputStream sink) throws IOException {
    for (int done = 0; done < length; done += RUN_BYTES) {
      sink.write(stored.bytes(), offset + done, Math.min(RUN_BYTES, length - done));
    }
  }

  @Override
  public void close() {}
}
