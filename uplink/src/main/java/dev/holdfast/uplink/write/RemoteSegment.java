package dev.holdfast.uplink.write;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.wire.BeginSegmentResponse;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.ReplacePiecesRequest;
import dev.holdfast.protocol.wire.ReplacePiecesResponse;
import dev.holdfast.uplink.encryption.SegmentKeyWrap;
import dev.holdfast.uplink.object.ProjectAccess;
import dev.holdfast.uplink.segment.SegmentBroker;
import dev.holdfast.uplink.segment.SegmentUploadRequest;
import dev.holdfast.uplink.segment.UploadedSegment;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One segment on its way to nodes, on a thread of its own. Written to by one thread.
 *
 * <p>Whether it is the object's last is known when it ends: others it commits by itself, the last
 * one is left to be committed with the object.
 */
final class RemoteSegment implements SegmentBroker {
  private final ProjectAccess access;
  private final PartTarget target;
  private final int index;
  private final PlainPipe pipe = new PlainPipe();
  private final CompletableFuture<CommittedSegment> outcome = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean last;
  private volatile ByteString token = ByteString.EMPTY;
  private long writtenBytes;

  RemoteSegment(ProjectAccess access, PartTarget target, SegmentKeyWrap keys, int index) {
    this.access = access;
    this.target = target;
    this.index = index;
    this.thread =
        Thread.ofVirtual().name("segment-upload-" + index).unstarted(() -> complete(keys));
  }

  void start() {
    thread.start();
  }

  private void complete(SegmentKeyWrap keys) {
    try {
      outcome.complete(transfer(keys));
    } catch (Throwable e) {
      outcome.completeExceptionally(e);
    } finally {
      pipe.readerEnded();
    }
  }

  private CommittedSegment transfer(SegmentKeyWrap keys) throws IOException, InterruptedException {
    UploadedSegment uploaded =
        access
            .transfers()
            .uploader()
            .upload(
                new SegmentUploadRequest(
                    target.part(),
                    index,
                    BlockLayout.SEGMENT_MAX_PLAIN_BYTES,
                    target.path().keyEpoch(),
                    keys,
                    access.ownership(),
                    this),
                pipe);
    if (!last) {
      access.client().call(stub -> stub.commitSegment(target.commit(uploaded.message())));
    }
    return uploaded.message();
  }

  /** Adds bytes; waits while the sender is behind. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    if (!pipe.write(bytes, offset, length)) {
      join();
      throw new IllegalStateException("Segment " + index + " ended before its bytes did.");
    }
    writtenBytes += length;
  }

  long writtenBytes() {
    return writtenBytes;
  }

  /** Ends the segment. */
  void finish(boolean lastOfPart) {
    last = lastOfPart;
    pipe.finish();
  }

  /**
   * Waits until the segment is with the nodes, and committed unless it is the last; throws what
   * went wrong.
   */
  CommittedSegment join() throws IOException {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The upload was interrupted.");
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    }
  }

  private IOException failure(Throwable cause) {
    switch (cause) {
      case HoldfastException refused -> throw refused;
      case IOException io -> {
        return new IOException(io.getMessage(), io);
      }
      default ->
          throw new HoldfastException(
              ErrorCode.INTERNAL,
              "Uploading segment " + index + " failed inside the uplink.",
              cause);
    }
  }

  /** Stops sending. */
  void abandon() {
    pipe.abandon();
    thread.interrupt();
  }

  /** The latest token, unless the segment's own commit has made it part of the attempt. */
  Optional<ByteString> uncommittedToken() {
    boolean committed = !last && outcome.isDone() && !outcome.isCompletedExceptionally();
    return token.isEmpty() || committed ? Optional.empty() : Optional.of(token);
  }

  @Override
  public BeginSegmentResponse begin(long maxPlainBytes) {
    BeginSegmentResponse response =
        access.client().call(stub -> stub.beginSegment(target.begin(index, maxPlainBytes)));
    token = response.getSegmentToken();
    return response;
  }

  @Override
  public ReplacePiecesResponse replace(
      List<Integer> pieceNumbers, Collection<byte[]> failedNodeIds) {
    ReplacePiecesRequest request =
        ReplacePiecesRequest.newBuilder()
            .setSegmentToken(token)
            .addAllPieceNumbers(pieceNumbers)
            .addAllFailedNodeIds(failedNodeIds.stream().map(ByteString::copyFrom).toList())
            .build();
    ReplacePiecesResponse response = access.client().call(stub -> stub.replacePieces(request));
    token = response.getSegmentToken();
    return response;
  }
}
