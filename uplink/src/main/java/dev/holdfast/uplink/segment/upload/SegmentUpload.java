package dev.holdfast.uplink.segment.upload;

import com.google.protobuf.ByteString;
import dev.holdfast.erasure.RedundancyCode;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.BeginSegmentResponse;
import dev.holdfast.protocol.wire.CommittedSegment;
import dev.holdfast.protocol.wire.UploadedPieces;
import dev.holdfast.uplink.encryption.SegmentCipher;
import dev.holdfast.uplink.segment.SegmentUploadRequest;
import dev.holdfast.uplink.segment.UploadedSegment;
import dev.holdfast.uplink.segment.resource.ByteBudget;
import dev.holdfast.uplink.segment.resource.CodingThreads;
import dev.holdfast.uplink.segment.resource.OfferedPieces;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One upload of one segment, driven by the calling thread. */
final class SegmentUpload implements FeedSource {
  private final UploadDevices devices;
  private final SegmentUploadRequest request;
  private final PlainReader reader;
  private final BeginSegmentResponse begun;
  private final SecretBytes segmentKey;
  private final int required;
  private final int total;
  private final int maxStripes;
  private final StripeBuffers.Pool buffers;
  private final RetainedShares retained;
  private final StripeCoder coder;
  private final ByteBudget.Claim claim;
  private final FeedGroup feeds;
  private final Deque<Coding> coding = new ArrayDeque<>();
  private final int mostCoding;

  /** Written before the stripe counts as coded. */
  private int lastStripe = -1;

  private int lastShareBytes;
  private volatile int codedStripes;
  private volatile @Nullable SegmentEnd end;

  SegmentUpload(
      UploadDevices devices,
      PieceSegmentUploader uploader,
      SegmentUploadRequest request,
      PlainReader reader,
      long mostPlainBytes) {
    this.devices = devices;
    this.request = request;
    this.reader = reader;
    this.begun = request.broker().begin(mostPlainBytes);
    this.required = begun.getScheme().getRequired();
    this.total = begun.getScheme().getTotal();
    RedundancyCode code = code(begun);
    int shareBytes = StripeCoder.fullShareBytes(code);
    this.maxStripes = BlockLayout.of(mostPlainBytes, required).stripeCount();
    this.buffers = uploader.buffers(code, required, total);
    this.retained =
        new RetainedShares(uploader.slabs(shareBytes), shareBytes, maxStripes * required);
    this.segmentKey = request.keys().draw(devices.random());
    this.coder = new StripeCoder(segmentKey, code, required, total, maxStripes, retained);
    this.mostCoding = devices.threads().count() + 1;
    OfferedPieces check =
        new OfferedPieces(
            request.ownership(),
            RootPieceId.of(begun.getRootPieceId().toByteArray()),
            PieceAction.PUT,
            total);
    this.feeds =
        new FeedGroup(
            devices,
            this,
            check,
            request.broker(),
            begun.getScheme().getOptimal(),
            shareBytes,
            begun.getSegmentToken());
    this.claim = devices.budget().open(pipelineBytes() + (long) maxStripes * required * shareBytes);
  }

  private static RedundancyCode code(BeginSegmentResponse begun) {
    try {
      return RedundancyCode.ofId(begun.getScheme().getCodeId());
    } catch (IllegalArgumentException e) {
      throw new HoldfastException(ErrorCode.VERSION_UNSUPPORTED, String.valueOf(e.getMessage()), e);
    }
  }

  private long pipelineBytes() {
    int stripes = Math.min(mostCoding + 1, maxStripes);
    long onTheWay = Math.min(PieceFeed.MOST_BYTES, (long) maxStripes * coder.shareBytes()) * total;
    return stripes * StripeBuffers.bytes(required, total, coder.shareBytes()) + onTheWay;
  }

  UploadedSegment run() throws IOException, InterruptedException {
    try {
      claim.grow(pipelineBytes());
      feeds.start(begun.getOffersList());
      long plainBytes = send();
      BlockLayout blocks = BlockLayout.of(plainBytes, required);
      ShareLayout shares = coder.shareLayout(blocks);
      end = new SegmentEnd(blocks, shares, coder.pieceRoots(shares.stripeCount()));
      feeds.awaitReceipts();
      return new UploadedSegment(message(), plainBytes);
    } finally {
      close();
    }
  }

  /** Reads, codes and sends all stripes; answers the plain bytes. */
  private long send() throws IOException, InterruptedException {
    long plainBytes = 0;
    int stripe = 0;
    StripeBuffers current = buffers.take();
    int length = reader.read(current.plain());
    while (length > 0) {
      StripeBuffers next = buffers.take();
      int nextLength = length < current.plain().length ? 0 : reader.read(next.plain());
      plainBytes += length;
      retain(stripe + 1);
      code(stripe++, current, nextLength == 0 ? plainBytes : 0);
      while (coding.size() >= mostCoding) {
        deliver();
      }
      current = next;
      length = nextLength;
    }
    buffers.give(current);
    while (!coding.isEmpty()) {
      deliver();
    }
    return plainBytes;
  }

  private void retain(int stripes) throws InterruptedException {
    claim.grow((long) required * coder.shareBytes());
    retained.reserve(stripes * required);
  }

  /**
   * @param allPlainBytes of the segment if this is its last stripe, else 0
   */
  private void code(int stripe, StripeBuffers stripeBuffers, long allPlainBytes) {
    if (allPlainBytes == 0) {
      coding.add(
          new Coding(
              stripeBuffers,
              coder.shareBytes(),
              devices
                  .threads()
                  .submit(() -> {
                    coder.codeFull(stripe, stripeBuffers);
                    return stripeBuffers;
                  })));
    } else {
      BlockLayout layout = BlockLayout.of(allPlainBytes, required);
      lastStripe = stripe;
      lastShareBytes = coder.shareLayout(layout).lastShareBytes();
      coding.add(
          new Coding(
              stripeBuffers,
              lastShareBytes,
              devices
                  .threads()
                  .submit(() -> {
                    coder.codeLast(layout, stripeBuffers);
                    return stripeBuffers;
                  })));
    }
  }

  /** Hands the oldest stripe to the nodes, once enough of them can take it. */
  private void deliver() throws InterruptedException {
    feeds.awaitRoom();
    Coding oldest = coding.element();
    CodingThreads.join(oldest.task());
    coding.remove();
    feeds.offer(codedStripes, oldest.stripeBuffers(), oldest.shareBytes());
    codedStripes++;
    buffers.give(oldest.stripeBuffers());
    feeds.scheduleLaggards();
  }

  private CommittedSegment message() {
    SegmentEnd known = end;
    if (known == null) {
      throw new IllegalStateException("the segment has not ended");
    }
    BlockLayout blocks = known.blocks();
    ShareLayout shares = known.shares();
    byte[] wrappedKey =
        request
            .keys()
            .wrap(segmentKey, request.keyEpoch(), request.part(), request.index(), blocks);
    return CommittedSegment.newBuilder()
        .setPart(request.part())
        .setIndex(request.index())
        .setCipherId(SegmentCipher.CIPHER_ID)
        .setKeyEpoch(request.keyEpoch())
        .setWrappedSegmentKey(ByteString.copyFrom(wrappedKey))
        .setLayout(
            dev.holdfast.protocol.wire.BlockLayout.newBuilder()
                .setPlainBytes(blocks.plainBytes())
                .setBlockBytes(blocks.blockBytes())
                .setBlocksPerStripe(blocks.blocksPerStripe()))
        .setRemote(
            UploadedPieces.newBuilder()
                .setSegmentToken(feeds.segmentToken())
                .setSegmentRoot(ByteString.copyFrom(known.segmentRoot().toByteArray()))
                .setShares(
                    dev.holdfast.protocol.wire.ShareLayout.newBuilder()
                        .setHashId(shares.hash().id())
                        .setShareBytes(shares.shareBytes())
                        .setLastShareBytes(shares.lastShareBytes())
                        .setStripeCount(shares.stripeCount())
                        .setTotal(shares.total()))
                .addAllPieces(feeds.uploadedPieces()))
        .build();
  }

  /** Nothing may touch the retained shares when they are given back. */
  private void close() {
    feeds.close();
    for (Coding running : coding) {
      awaitQuietly(running.task());
    }
    retained.close();
    claim.close();
    segmentKey.destroy();
  }

  private static void awaitQuietly(Future<?> task) {
    if (task.cancel(false)) {
      return;
    }
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (ExecutionException _) {
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int codedStripes() {
    return codedStripes;
  }

  @Override
  public @Nullable SegmentEnd end() {
    return end;
  }

  @Override
  public void withShare(int stripe, int piece, ShareConsumer consumer) {
    int length = stripe == lastStripe ? lastShareBytes : coder.shareBytes();
    StripeBuffers scratch = buffers.take();
    try {
      consumer.accept(coder.share(stripe, piece, length, scratch), length);
    } finally {
      buffers.give(scratch);
    }
  }

  @Override
  public CodingThreads threads() {
    return devices.threads();
  }

  @Override
  public void wake() {
    feeds.wake();
  }

  private record Coding(StripeBuffers stripeBuffers, int shareBytes, Future<StripeBuffers> task) {}
}
