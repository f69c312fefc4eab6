package dev.holdfast.uplink.segment.download;

import dev.holdfast.piececlient.ShareSlot;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.segment.ShareLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches shares of one stripe with their paths to the segment root until enough of them prove.
 * Nodes whose share does not lead to the root are bad, and only they. State is guarded by the read.
 */
final class ProvenStripe implements ShareAsk.Answers {
  private static final long TICK_MILLIS = 10;
  private static final int MARGIN = 8;

  private final DownloadDevices devices;
  private final byte[] segmentRoot;
  private final ShareLayout layout;
  private final PieceHolders holders;
  private final int required;
  private final int stripe;
  private final Object monitor;
  private final byte[] @Nullable [] shares;
  private final boolean[] asked;
  private final @Nullable ShareProof[] proofs;
  private final boolean[] proven;
  private final List<ShareAsk> asks = new ArrayList<>();
  private int provenCount;

  /**
   * @param monitor of the read
   */
  ProvenStripe(
      DownloadDevices devices,
      byte[] segmentRoot,
      ShareLayout layout,
      PieceHolders holders,
      int required,
      int stripe,
      Object monitor) {
    this.devices = devices;
    this.segmentRoot = segmentRoot;
    this.layout = layout;
    this.holders = holders;
    this.required = required;
    this.stripe = stripe;
    this.monitor = monitor;
    this.shares = new byte[layout.total()][];
    Arrays.fill(shares, null);
    this.asked = new boolean[layout.total()];
    this.proofs = new ShareProof[layout.total()];
    this.proven = new boolean[layout.total()];
  }

  /** Proven shares by piece number; others are of no meaning. */
  byte[] @Nullable [] shares() {
    return shares;
  }

  /** Waits for enough shares that prove and answers which. */
  boolean[] fetch() throws InterruptedException {
    long began = devices.nanoTime().getAsLong();
    synchronized (monitor) {
      try {
        while (true) {
          judge();
          if (provenCount >= required) {
            return proven.clone();
          }
          long waitedNanos = devices.nanoTime().getAsLong() - began;
          int pending = 0;
          for (ShareAsk ask : asks) {
            pending += ask.isOver() ? 0 : 1;
          }
          boolean late = waitedNanos > devices.limits().mostHedge().toNanos();
          int missing = required - provenCount + (late ? layout.total() : MARGIN) - pending;
          int started = askMore(missing);
          if (pending + started + provenCount < required
              || waitedNanos > devices.limits().readTimeout().toNanos()) {
            throw holders.unreadable(stripe, required);
          }
          monitor.wait(TICK_MILLIS);
        }
      } finally {
        asks.forEach(ShareAsk::withdraw);
      }
    }
  }

  private int askMore(int most) {
    int started = 0;
    for (PieceHolder holder : holders.candidates()) {
      if (started < most && !asked[holder.piece()]) {
        asked[holder.piece()] = true;
        started++;
        byte[] share = new byte[layout.shareBytes(stripe)];
        shares[holder.piece()] = share;
        ShareAsk ask = new ShareAsk(this, holder, List.of(stripe), devices.nanoTime().getAsLong());
        asks.add(ask);
        ask.started(
            devices
                .client()
                .beginGet(
                    holder.session(),
                    List.of(new ShareSlot(ShareRange.whole(layout, stripe), share, 0)),
                    true,
                    !holder.isPreferred(),
                    ask));
      }
    }
    return started;
  }

  private void judge() {
    for (ShareAsk ask : asks) {
      int piece = ask.holder().piece();
      ShareProof proof = proofs[piece];
      byte[] share = shares[piece];
      if (proof == null || share == null) {
        continue;
      }
      proofs[piece] = null;
      if (SegmentTree.verifyShare(
          layout, piece, stripe, ByteBuffer.wrap(share), proof, segmentRoot)) {
        proven[piece] = true;
        provenCount++;
      } else {
        holders.noteBad(ask.holder(), stripe);
      }
    }
  }

  @Override
  public void filled(ShareAsk ask, int ofStripe, @Nullable ShareProof proof) {
    synchronized (monitor) {
      if (!ask.isOver()) {
        proofs[ask.holder().piece()] = proof;
        monitor.notifyAll();
      }
    }
  }

  @Override
  public void ended(ShareAsk ask, @Nullable Throwable failure) {
    synchronized (monitor) {
      if (!ask.isOver()) {
        ask.end();
        if (failure != null) {
          holders.noteFailure(ask.holder(), stripe, failure);
        }
        monitor.notifyAll();
      }
    }
  }
}
