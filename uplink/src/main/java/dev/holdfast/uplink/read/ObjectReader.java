package dev.holdfast.uplink.read;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.protocol.wire.OpenObjectResponse;
import dev.holdfast.protocol.wire.SegmentRow;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.encryption.SegmentKeyWrap;
import dev.holdfast.uplink.object.ObjectRows;
import dev.holdfast.uplink.object.OpenedObject;
import dev.holdfast.uplink.object.ProjectAccess;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An object version opened for reading.
 *
 * <p>When the whole object is read, no byte of its last page of segments is delivered before the
 * digest over all wrapped segment keys was compared.
 */
public final class ObjectReader implements ObjectDownload {
  private static final int MAX_REOPENINGS_WITHOUT_PROGRESS = 2;

  private final OpenedObject object;
  private final SegmentMap map;
  private final ResolvedRange range;
  private final SegmentPages pages;
  private final SegmentBytes segments;
  private final @Nullable ContentCheck check;
  private final AtomicBoolean started = new AtomicBoolean();
  private final Object interrupting = new Object();
  private volatile @Nullable Thread transferring;
  private volatile boolean closed;
  private long delivered;

  private ObjectReader(
      ProjectAccess access, OpenedObject object, ResolvedRange range, OpenObjectResponse first) {
    this.object = object;
    this.map = new SegmentMap(object.detail());
    this.range = range;
    this.pages = new SegmentPages(access, object, first);
    this.segments = new SegmentBytes(access, new SegmentKeyWrap(object.objectKey()));
    this.check =
        range.length() == object.summary().sizeBytes()
            ? new ContentCheck(object.detail().contentDigest())
            : null;
  }

  /** Opens an object; the first segments of the range come in the same call. */
  public static ObjectReader open(
      ProjectAccess access, ObjectPath path, String key, DownloadOptions options) {
    OpenObjectRequest request =
        OpenObjectRequest.newBuilder()
            .setBucket(path.bucket())
            .setEncryptedKey(ByteString.copyFrom(path.encodedKey()))
            .setVersion(options.version())
            .setWithDetail(true)
            .setRange(ResolvedRange.wire(options.range()))
            .build();
    OpenObjectResponse response = access.client().call(stub -> stub.openObject(request));
    OpenedObject object = ObjectRows.open(path, key, response.getObject());
    ResolvedRange range = ResolvedRange.of(options.range(), object.summary().sizeBytes());
    return new ObjectReader(access, object, range, response);
  }

  @Override
  public ObjectStat stat() {
    return object.stat();
  }

  @Override
  public long offset() {
    return range.offset();
  }

  @Override
  public long length() {
    return range.length();
  }

  @Override
  public void transferTo(OutputStream sink) throws IOException {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("A download delivers its bytes once.");
    }
    transferring = Thread.currentThread();
    try {
      requireOpen();
      transfer(sink);
    } catch (InterruptedException e) {
      throw stopped();
    } catch (InterruptedIOException e) {
      throw stopped();
    } finally {
      synchronized (interrupting) {
        transferring = null;
        if (closed) {
          // The interrupt was ours, the caller's thread is not to keep it.
          Thread.interrupted();
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (interrupting) {
      closed = true;
      Thread thread = transferring;
      if (thread != null && thread != Thread.currentThread()) {
        thread.interrupt();
      }
    }
  }

  private void transfer(OutputStream sink) throws IOException, InterruptedException {
    int withoutProgress = 0;
    while (delivered < range.length()) {
      long before = delivered;
      try {
        transferSegments(sink);
      } catch (HoldfastException e) {
        withoutProgress = delivered > before ? 0 : withoutProgress + 1;
        if (e.code() != ErrorCode.LIMIT_EXPIRED
            || withoutProgress > MAX_REOPENINGS_WITHOUT_PROGRESS) {
          throw e;
        }
        pages.fetch(range.offset() + delivered, range.end());
      }
    }
  }

  private void transferSegments(OutputStream sink) throws IOException, InterruptedException {
    SegmentMap.Place place = map.holding(range.offset() + delivered);
    if (pages.exhausted()) {
      pages.fetch(range.offset() + delivered, range.end());
    }
    takeIntoCheck(place);
    while (true) {
      requireOpen();
      SegmentRow row = pages.take(place);
      long position = range.offset() + delivered;
      long inSegment = position - place.offset();
      long length = Math.min(place.end(), range.end()) - position;
      if (length > 0) {
        segments.read(
            row,
            place,
            inSegment,
            length,
            (bytes, offset, count) -> {
              sink.write(bytes, offset, count);
              delivered += count;
            });
      }
      if (delivered == range.length()) {
        return;
      }
      place = map.at(place.ordinal() + 1);
      if (pages.exhausted()) {
        pages.fetch(place.offset(), range.end());
        takeIntoCheck(place);
      }
    }
  }

  /** Takes a fresh page into the digest, and compares it when the page is the last. */
  private void takeIntoCheck(SegmentMap.Place first) {
    if (check == null) {
      return;
    }
    long ordinal = first.ordinal();
    for (SegmentRow row : pages.rest()) {
      if (ordinal < map.segmentCount()) {
        check.add(map.at(ordinal++), row.getWrappedSegmentKey().toByteArray());
      }
    }
    if (pages.onLastPage()) {
      check.requireMatch(map.segmentCount());
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw stopped();
    }
  }

  private IOException stopped() {
    if (!closed) {
      Thread.currentThread().interrupt();
    }
    return new InterruptedIOException(
        closed ? "The download was closed." : "The download was interrupted.");
  }
}
