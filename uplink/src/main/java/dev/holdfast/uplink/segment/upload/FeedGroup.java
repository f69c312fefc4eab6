package dev.holdfast.uplink.segment.upload;

import com.google.protobuf.ByteString;
import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.piececlient.NodeTarget;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.PieceOffer;
import dev.holdfast.protocol.wire.ReplacePiecesResponse;
import dev.holdfast.protocol.wire.UploadedPiece;
import dev.holdfast.uplink.segment.SegmentBroker;
import dev.holdfast.uplink.segment.resource.OfferedPieces;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one segment on their way: who keeps up, who is given up, who takes a failed piece
 * instead. All methods but {@link #wake} belong to the segment's driver.
 */
final class FeedGroup {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int MOST_REPLACEMENTS = 64;

  private final UploadDevices devices;
  private final FeedSource source;
  private final OfferedPieces check;
  private final SegmentBroker broker;
  private final int optimal;
  private final int shareBytes;
  private final Map<Integer, PieceFeed> feeds = new TreeMap<>();
  private final Map<NodeTarget, String> lostNodes = new LinkedHashMap<>();
  private final List<PieceFeed> replaced = new ArrayList<>();
  private ByteString segmentToken;
  private long nextAskNanos;
  private int failedWhenAsked;
  private volatile @Nullable Thread waiting;

  FeedGroup(
      UploadDevices devices,
      FeedSource source,
      OfferedPieces check,
      SegmentBroker broker,
      int optimal,
      int shareBytes,
      ByteString segmentToken) {
    this.devices = devices;
    this.source = source;
    this.check = check;
    this.broker = broker;
    this.optimal = optimal;
    this.shareBytes = shareBytes;
    this.segmentToken = segmentToken;
  }

  void start(List<PieceOffer> offers) {
    for (LimitSession session : check.sessions(offers)) {
      begin(session, false);
    }
    if (feeds.size() < optimal) {
      throw new HoldfastException(
          ErrorCode.TOO_FEW_NODES,
          "The satellite offered "
              + feeds.size()
              + " nodes, an upload needs "
              + optimal
              + "; start nodes and try again.");
    }
  }

  private void begin(LimitSession session, boolean evenIfFailed) {
    PieceFeed feed = new PieceFeed(source, session);
    feeds.put(feed.piece(), feed);
    feed.start(devices.client(), shareBytes, evenIfFailed, devices.nanoTime().getAsLong());
  }

  ByteString segmentToken() {
    return segmentToken;
  }

  void offer(int stripe, StripeBuffers buffers, int length) {
    for (PieceFeed feed : feeds.values()) {
      feed.offer(stripe, buffers.shares()[feed.piece()], length);
    }
  }

  void scheduleLaggards() {
    for (PieceFeed feed : feeds.values()) {
      feed.scheduleIfBehind();
    }
  }

  /** Waits until as many nodes as an upload needs have nearly all that was coded so far. */
  void awaitRoom() throws InterruptedException {
    await(() -> {
      int coded = source.codedStripes();
      int ready = 0;
      for (PieceFeed feed : feeds.values()) {
        if (!feed.hasFailed() && feed.keepsUp(coded)) {
          ready++;
        }
      }
      return ready >= optimal;
    });
  }

  /** Waits for the receipts that an upload needs, then stops the other puts. */
  void awaitReceipts() throws InterruptedException {
    scheduleLaggards();
    await(() -> {
      int receipts = 0;
      for (PieceFeed feed : feeds.values()) {
        if (feed.hasReceipt()) {
          receipts++;
        }
      }
      return receipts >= optimal;
    });
  }

  List<UploadedPiece> uploadedPieces() {
    List<UploadedPiece> pieces = new ArrayList<>();
    for (PieceFeed feed : feeds.values()) {
      if (feed.hasReceipt()) {
        pieces.add(
            UploadedPiece.newBuilder()
                .setOrderLimit(ByteString.copyFrom(feed.session().signedLimit().serialized()))
                .setReceipt(ByteString.copyFrom(feed.upload().receipt()))
                .build());
      }
    }
    return pieces;
  }

  private void await(Condition condition) throws InterruptedException {
    waiting = Thread.currentThread();
    try {
      while (!condition.holds()) {
        replaceFailing();
        if (condition.holds()) {
          return;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.parkNanos(this, TICK_NANOS);
      }
    } finally {
      waiting = null;
    }
  }

  /** Wakes the driver if it waits; from any thread. */
  void wake() {
    Thread driver = waiting;
    if (driver != null) {
      LockSupport.unpark(driver);
    }
  }

  /** Finds nodes for the pieces of nodes that failed or stall, while the others are too few. */
  private void replaceFailing() {
    long now = devices.nanoTime().getAsLong();
    long stallNanos = devices.limits().stall().toNanos();
    List<PieceFeed> failed = new ArrayList<>();
    List<PieceFeed> stalling = new ArrayList<>();
    for (PieceFeed feed : feeds.values()) {
      long idleNanos = feed.idleNanos(now);
      if (feed.hasFailed()) {
        noteLost(feed);
        failed.add(feed);
      } else if (idleNanos > stallNanos && !feed.hasReceipt()) {
        if (idleNanos > devices.limits().giveUp().toNanos()) {
          feed.upload().cancel();
        }
        devices.connections().noteSilent(feed.session().node().id());
        stalling.add(feed);
      }
    }
    failedWhenAsked = Math.min(failedWhenAsked, failed.size());
    int needed = optimal - (feeds.size() - failed.size() - stalling.size());
    if (needed <= 0 || dialSpared(failed)) {
      return;
    }
    boolean tooFewAlive = feeds.size() - failed.size() < optimal;
    if (now - nextAskNanos >= 0 || failed.size() > failedWhenAsked) {
      failedWhenAsked = failed.size();
      failed.addAll(stalling);
      int found = replace(failed.subList(0, Math.min(needed, failed.size())), tooFewAlive);
      tooFewAlive = tooFewAlive && found == 0;
      nextAskNanos = devices.nanoTime().getAsLong() + ASK_AGAIN_NANOS;
      if (tooFewAlive) {
        throw tooFew();
      }
    }
  }

  /** Nodes that were spared because they failed a moment ago are needed now. */
  private boolean dialSpared(List<PieceFeed> failed) {
    boolean dialled = false;
    for (PieceFeed feed : failed) {
      if (feed.wasSpared()) {
        feed.close();
        lostNodes.remove(feed.session().node());
        begin(feed.session(), true);
        dialled = true;
      }
    }
    return dialled;
  }

  private void noteLost(PieceFeed feed) {
    lostNodes.computeIfAbsent(
        feed.session().node(),
        _ -> {
          Throwable failure = feed.upload().failure();
          return failure instanceof HoldfastException refusal
              ? refusal.code().stableName()
              : failure == null ? "failed" : String.valueOf(failure.getMessage());
        });
  }

  private int replace(List<PieceFeed> failing, boolean mustSucceed) {
    if (replaced.size() >= MOST_REPLACEMENTS) {
      return 0;
    }
    List<Integer> numbers = new ArrayList<>();
    Map<NodeTarget, byte[]> failedNodes = new HashMap<>();
    for (NodeTarget lost : lostNodes.keySet()) {
      failedNodes.put(lost, lost.id().bytes());
    }
    for (PieceFeed feed : failing) {
      numbers.add(feed.piece());
      failedNodes.put(feed.session().node(), feed.session().node().id().bytes());
    }
    ReplacePiecesResponse answer;
    try {
      answer = broker.replace(numbers, List.copyOf(failedNodes.values()));
    } catch (HoldfastException e) {
      if (mustSucceed) {
        throw e;
      }
      return 0;
    }
    segmentToken = answer.getSegmentToken();
    List<LimitSession> sessions = check.sessions(answer.getOffersList());
    for (LimitSession session : sessions) {
      PieceFeed old = feeds.get(session.limit().pieceId().pieceNumber());
      if (old != null) {
        lostNodes.putIfAbsent(old.session().node(), "stalled");
        old.close();
        replaced.add(old);
      }
      begin(session, false);
    }
    return sessions.size();
  }

  private HoldfastException tooFew() {
    StringBuilder reasons = new StringBuilder();
    lostNodes.forEach(
        (node, reason) -> reasons.append("; node ").append(node.id()).append(": ").append(reason));
    return new HoldfastException(
        ErrorCode.TOO_FEW_NODES,
        "An upload needs "
            + optimal
            + " nodes, of "
            + feeds.size()
            + " offered too many failed and no others are there"
            + reasons);
  }

  /** Stops all feeds; puts that run are cancelled. */
  void close() {
    for (PieceFeed feed : feeds.values()) {
      feed.close();
    }
  }

  private interface Condition {
    boolean holds();
  }
}
