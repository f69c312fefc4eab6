package dev.holdfast.uplink.segment.download;

import dev.holdfast.erasure.ErasureCodec;
import dev.holdfast.erasure.RedundancyCode;
import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.StoredPieces;
import dev.holdfast.uplink.segment.PlainSink;
import dev.holdfast.uplink.segment.SegmentDownloader;
import dev.holdfast.uplink.segment.SegmentReadRequest;
import dev.holdfast.uplink.segment.resource.OfferedPieces;
import java.io.IOException;
import java.util.List;

/** Reads segments from the pieces on storage nodes. Thread-safe. */
public final class PieceSegmentDownloader implements SegmentDownloader {
  private static final int IDLE_BUFFERS = 256;

  private final DownloadDevices devices;
  private final HedgeDelay hedgeDelay;
  private final ShareBuffers buffers = new ShareBuffers(IDLE_BUFFERS);

  public PieceSegmentDownloader(DownloadDevices devices) {
    this.devices = devices;
    this.hedgeDelay = new HedgeDelay(devices.limits());
  }

  @Override
  public void read(SegmentReadRequest request, PlainSink sink)
      throws IOException, InterruptedException {
    BlockLayout blocks = request.layout();
    if (request.offset() < 0
        || request.length() < 1
        || request.length() > blocks.plainBytes() - request.offset()) {
      throw new IllegalArgumentException(
          "Bytes "
              + request.offset()
              + " + "
              + request.length()
              + " of a segment of "
              + blocks.plainBytes());
    }
    StoredPieces stored = request.stored();
    RedundancyCode code = code(stored);
    int total = stored.getScheme().getTotal();
    ShareLayout shares = shareLayout(blocks, code, stored);
    List<LimitSession> sessions =
        new OfferedPieces(
                request.ownership(),
                RootPieceId.of(stored.getRootPieceId().toByteArray()),
                PieceAction.GET,
                total)
            .sessions(stored.getOffersList());
    PieceHolders holders =
        new PieceHolders(sessions, total, devices.connections(), request.suspicions());
    StripeOpener opener =
        new StripeOpener(
            request.segmentKey(),
            blocks,
            shares,
            ErasureCodec.of(code, blocks.blocksPerStripe(), total),
            buffers);
    new SegmentRead(devices, hedgeDelay, buffers, request, shares, holders, opener).run(sink);
  }

  private static RedundancyCode code(StoredPieces stored) {
    try {
      return RedundancyCode.ofId(stored.getScheme().getCodeId());
    } catch (IllegalArgumentException e) {
      throw new HoldfastException(ErrorCode.VERSION_UNSUPPORTED, String.valueOf(e.getMessage()), e);
    }
  }

  /** The share layout follows from the block layout, which the owner authenticated. */
  private static ShareLayout shareLayout(
      BlockLayout blocks, RedundancyCode code, StoredPieces stored) {
    ShareLayout expected =
        ShareLayout.of(blocks, code.granuleBytes(), stored.getScheme().getTotal());
    dev.holdfast.protocol.wire.ShareLayout said = stored.getShares();
    if (said.getHashId() != expected.hash().id()
        || said.getShareBytes() != expected.shareBytes()
        || said.getLastShareBytes() != expected.lastShareBytes()
        || said.getStripeCount() != expected.stripeCount()
        || said.getTotal() != expected.total()
        || stored.getScheme().getRequired() != blocks.blocksPerStripe()) {
      throw new HoldfastException(
          ErrorCode.CONTENT_ALTERED,
          "The satellite's sizes of a segment are not those that its owner wrote.");
    }
    return expected;
  }
}
