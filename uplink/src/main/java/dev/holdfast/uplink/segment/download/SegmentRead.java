package dev.holdfast.uplink.segment.download;

import dev.holdfast.piececlient.ShareSlot;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.merkle.ShareProof;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.uplink.segment.PlainSink;
import dev.holdfast.uplink.segment.SegmentReadRequest;
import dev.holdfast.uplink.segment.download.StripeWindow.State;
import dev.holdfast.uplink.segment.resource.ByteBudget;
import dev.holdfast.uplink.segment.resource.CodingThreads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * One read of one segment, driven by the calling thread; answers come on event loops. Everything
 * that both touch is guarded by the read's monitor.
 */
final class SegmentRead {
  private static final long TICK_MILLIS = 10;
  private static final long WINDOW_PLAIN_BYTES = 2 << 20;
  private static final long NEXT_HEDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
  private static final int HEDGE_MARGIN = 2;

  private final DownloadDevices devices;
  private final HedgeDelay hedgeDelay;
  private final ShareBuffers buffers;
  private final SegmentReadRequest request;
  private final BlockLayout blocks;
  private final ShareLayout shares;
  private final PieceHolders holders;
  private final StripeOpener opener;
  private final int required;
  private final int firstBlock;
  private final int lastBlock;
  private final int stripesPerWindow;
  private final Deque<StripeWindow> windows = new ArrayDeque<>();
  private boolean replan;
  private long answeredNanos;

  SegmentRead(
      DownloadDevices devices,
      HedgeDelay hedgeDelay,
      ShareBuffers buffers,
      SegmentReadRequest request,
      ShareLayout shares,
      PieceHolders holders,
      StripeOpener opener) {
    this.devices = devices;
    this.hedgeDelay = hedgeDelay;
    this.buffers = buffers;
    this.request = request;
    this.blocks = request.layout();
    this.shares = shares;
    this.holders = holders;
    this.opener = opener;
    this.required = blocks.blocksPerStripe();
    this.firstBlock = blocks.blockOf(request.offset());
    this.lastBlock = blocks.blockOf(request.offset() + request.length() - 1);
    int stripes = lastBlock / required - firstBlock / required + 1;
    this.stripesPerWindow = Math.clamp(WINDOW_PLAIN_BYTES / blocks.stripePlainBytes(), 1, stripes);
  }

  void run(PlainSink sink) throws IOException, InterruptedException {
    int nextStripe = firstBlock / required;
    int lastStripe = lastBlock / required;
    long windowBytes = 2L * stripesPerWindow * required * shares.shareBytes();
    int mostWindows = (int) Math.clamp(devices.lookaheadBytes() / (windowBytes / 2), 1, 64);
    try (ByteBudget.Claim claim = devices.budget().open(windowBytes)) {
      claim.grow(windowBytes);
      int grantedWindows = 1;
      while (nextStripe <= lastStripe || !windows.isEmpty()) {
        StripeWindow head;
        synchronized (this) {
          head = windows.isEmpty() ? null : awaitHead();
          while (nextStripe <= lastStripe && windows.size() < mostWindows) {
            if (windows.size() >= grantedWindows) {
              if (!claim.tryExtra(windowBytes)) {
                break;
              }
              grantedWindows++;
            }
            nextStripe = open(nextStripe, lastStripe);
          }
        }
        if (head != null) {
          deliver(head, sink);
          synchronized (this) {
            windows.remove(head);
            release(head);
          }
        }
      }
    } finally {
      synchronized (this) {
        windows.forEach(this::release);
      }
    }
  }

  /** Starts to fetch the next window; answers the stripe behind it. */
  private int open(int firstStripe, int lastStripe) {
    int stripes = Math.min(stripesPerWindow, lastStripe - firstStripe + 1);
    StripeWindow window =
        new StripeWindow(blocks, shares.total(), firstStripe, stripes, firstBlock, lastBlock);
    windows.add(window);
    if (windows.size() == 1) {
      answeredNanos = now();
    }
    plan(window);
    return firstStripe + stripes;
  }

  private StripeWindow awaitHead() throws InterruptedException {
    StripeWindow head = windows.element();
    while (!head.isComplete()) {
      long now = now();
      hedge(now);
      if (replan) {
        replan = false;
        windows.forEach(this::plan);
        continue;
      }
      if (now - answeredNanos > devices.limits().readTimeout().toNanos()) {
        throw new HoldfastException(
            ErrorCode.SEGMENT_UNREADABLE,
            "No node sent a share for "
                + devices.limits().readTimeout().toMillis()
                + " ms; try again when nodes are back.");
      }
      wait(TICK_MILLIS);
    }
    return head;
  }

  private long now() {
    return devices.nanoTime().getAsLong();
  }

  /** Looks for late nodes and asks others in their place. */
  private void hedge(long now) {
    long delay = hedgeDelay.nanos();
    long connectDelay = devices.limits().connectHedge().toNanos();
    for (StripeWindow window : windows) {
      boolean late = false;
      boolean newlyLate = false;
      for (ShareAsk ask : window.asks()) {
        if (ask.becomesLate(now, delay, connectDelay)) {
          newlyLate = true;
          ask.holder().noteLate();
          if (!ask.hasAnswered()) {
            devices.connections().noteSilent(ask.holder().session().node().id());
          }
        }
        late |= ask.isLate() && !ask.isOver();
      }
      boolean due = window.hedges() > 0 && now - window.hedgedNanos() > NEXT_HEDGE_NANOS;
      if (newlyLate || (late && due && window.hedges() < 3)) {
        window.noteHedge(now);
        replan = true;
      }
    }
  }

  /** Asks for whatever a window lacks and nobody is expected to send. */
  private void plan(StripeWindow window) {
    Map<PieceHolder, List<Integer>> wanted = new LinkedHashMap<>();
    for (int s = 0; s < window.stripes(); s++) {
      if (!window.isComplete(s)) {
        planStripe(window, s, wanted);
      }
    }
    wanted.forEach((holder, stripes) -> ask(window, holder, stripes));
  }

  private void planStripe(StripeWindow window, int s, Map<PieceHolder, List<Integer>> wantedOf) {
    boolean direct = window.hedges() == 0 || !lacksWanted(window, s);
    for (int i = 0; i < required && direct; i++) {
      if (window.wanted(s)[i] && !isExpected(window, s, i)) {
        PieceHolder holder = holders.of(i);
        direct = holder != null && holder.isPreferred() && window.state(s, i) == State.UNASKED;
      }
    }
    int expected = 0;
    for (int piece = 0; piece < shares.total(); piece++) {
      if (isExpected(window, s, piece)) {
        expected++;
      } else if (direct && piece < required && window.wanted(s)[piece]) {
        addWanted(wantedOf, holders.of(piece), s);
      }
    }
    if (direct) {
      return;
    }
    int margin = window.hedges() == 0 ? 0 : window.hedges() == 1 ? HEDGE_MARGIN : shares.total();
    int possible = expected + lateCount(window, s);
    for (PieceHolder holder : holders.candidates()) {
      State state = window.state(s, holder.piece());
      if (state != State.UNASKED && state != State.LOST) {
        continue;
      }
      possible++;
      // The doubtful are asked when the others do not suffice, or when all are.
      int enough = holder.isPreferred() || window.hedges() > 1 ? required + margin : required;
      if (expected < enough) {
        addWanted(wantedOf, holder, s);
        expected++;
      }
    }
    if (possible < required) {
      throw holders.unreadable(window.firstStripe() + s, required);
    }
  }

  private static void addWanted(
      Map<PieceHolder, List<Integer>> wantedOf, @Nullable PieceHolder holder, int s) {
    if (holder != null) {
      wantedOf.computeIfAbsent(holder, _ -> new ArrayList<>()).add(s);
    }
  }

  /** Whether some wanted share of a stripe is neither there nor on its way in time. */
  private boolean lacksWanted(StripeWindow window, int s) {
    for (int i = 0; i < required; i++) {
      if (window.wanted(s)[i] && !isExpected(window, s, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean isExpected(StripeWindow window, int s, int piece) {
    State state = window.state(s, piece);
    return state.isThere() || (state == State.ASKED && !isLate(window, s, piece));
  }

  private static boolean isLate(StripeWindow window, int s, int piece) {
    for (ShareAsk ask : window.asks()) {
      if (ask.holder().piece() == piece && !ask.isOver() && ask.stripes().contains(s)) {
        return ask.isLate();
      }
    }
    return false;
  }

  private int lateCount(StripeWindow window, int s) {
    int late = 0;
    for (int piece = 0; piece < shares.total(); piece++) {
      if (window.state(s, piece) == State.ASKED && isLate(window, s, piece)) {
        late++;
      }
    }
    return late;
  }

  private void ask(StripeWindow window, PieceHolder holder, List<Integer> stripes) {
    List<ShareSlot> slots = new ArrayList<>(stripes.size());
    for (int s : stripes) {
      int stripe = window.firstStripe() + s;
      byte[] share = buffers.take(shares.shareBytes());
      window.setShare(s, holder.piece(), share);
      window.setState(s, holder.piece(), State.ASKED);
      slots.add(new ShareSlot(ShareRange.whole(shares, stripe), share, 0));
    }
    ShareAsk ask = new ShareAsk(new WindowAnswers(window), holder, stripes, now());
    window.asks().add(ask);
    ask.started(
        devices.client().beginGet(holder.session(), slots, false, !holder.isPreferred(), ask));
  }

  /** Opens a complete window's blocks on the coding threads and delivers them in order. */
  private void deliver(StripeWindow window, PlainSink sink)
      throws IOException, InterruptedException {
    List<Future<byte[] @Nullable []>> opening = new ArrayList<>();
    synchronized (this) {
      window.asks().forEach(ShareAsk::withdraw);
      for (int s = 0; s < window.stripes(); s++) {
        int at = s;
        boolean[] present = window.present(s);
        window.fillZeros(s, shares.shareBytes(window.firstStripe() + s));
        opening.add(
            devices
                .threads()
                .submit(() -> {
                  try {
                    return opener.open(
                        window.firstStripe() + at, window.shares(at), present, window.wanted(at));
                  } catch (AEADBadTagException e) {
                    return new byte[0][];
                  }
                }));
      }
    }
    int delivered = 0;
    try {
      for (Future<byte[] @Nullable []> task : opening) {
        byte[] @Nullable [] plain = CodingThreads.join(task);
        delivered++;
        int stripe = window.firstStripe() + delivered - 1;
        if (plain.length == 0) {
          plain = openProven(window, delivered - 1);
        }
        try {
          deliver(stripe, plain, sink);
        } finally {
          opener.giveBack(plain);
        }
      }
    } finally {
      // Nothing may read the shares when they are given back.
      for (Future<byte[] @Nullable []> task : opening.subList(delivered, opening.size())) {
        if (!task.cancel(false)) {
          opener.giveBack(joinQuietly(task));
        }
      }
    }
  }

  private static byte[] @Nullable [] joinQuietly(Future<byte[] @Nullable []> task) {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return CodingThreads.join(task);
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (RuntimeException _) {
          return new byte[0][];
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void deliver(int stripe, byte[] @Nullable [] plain, PlainSink sink) throws IOException {
    long end = request.offset() + request.length();
    for (int i = 0; i < required; i++) {
      byte[] block = plain[i];
      if (block != null) {
        int index = stripe * required + i;
        long start = blocks.blockOffset(index);
        int from = (int) Math.max(0, request.offset() - start);
        int to = (int) Math.min(blocks.blockPlainBytes(index), end - start);
        sink.write(block, from, to - from);
      }
    }
  }

  /** A block's tag was wrong: fetches the stripe with proofs, which name who gave what. */
  private byte[] @Nullable [] openProven(StripeWindow window, int s) throws InterruptedException {
    int stripe = window.firstStripe() + s;
    ProvenStripe proven;
    synchronized (this) {
      proven =
          new ProvenStripe(
              devices,
              request.stored().getSegmentRoot().toByteArray(),
              shares,
              holders,
              required,
              stripe,
              this);
    }
    try {
      boolean[] present = proven.fetch();
      boolean[] lied =
          opener.differing(stripe, proven.shares(), present, window.shares(s), window.present(s));
      synchronized (this) {
        for (int piece = 0; piece < lied.length; piece++) {
          PieceHolder holder = holders.of(piece);
          if (lied[piece] && holder != null) {
            holder.mistrust();
          }
        }
        forgetDistrusted();
      }
      return opener.open(stripe, proven.shares(), present, window.wanted(s));
    } catch (AEADBadTagException e) {
      throw new HoldfastException(
          ErrorCode.CONTENT_ALTERED,
          "Stripe "
              + stripe
              + " is on the nodes as it was uploaded and still does not decrypt: it was damaged"
              + " before it was sent.",
          e);
    }
  }

  /** Takes back from the windows on their way what nodes gave that were found to lie. */
  private void forgetDistrusted() {
    for (StripeWindow window : windows) {
      for (ShareAsk ask : window.asks()) {
        if (!ask.holder().isTrusted()) {
          ask.withdraw();
          for (int s : ask.stripes()) {
            window.setState(s, ask.holder().piece(), State.LOST);
          }
          replan = true;
        }
      }
    }
  }

  /** Withdraws what is still asked and gives the memory back. */
  private void release(StripeWindow window) {
    if (window.isReleased()) {
      return;
    }
    window.noteReleased();
    window.asks().forEach(ShareAsk::withdraw);
    for (int s = 0; s < window.stripes(); s++) {
      opener.giveBack(window.shares(s));
    }
  }

  private final class WindowAnswers implements ShareAsk.Answers {
    private final StripeWindow window;

    WindowAnswers(StripeWindow window) {
      this.window = window;
    }

    @Override
    public void filled(ShareAsk ask, int s, @Nullable ShareProof proof) {
      synchronized (SegmentRead.this) {
        if (window.isReleased() || window.state(s, ask.holder().piece()) != State.ASKED) {
          return;
        }
        answeredNanos = now();
        if (ask.takeFirstAnswer()) {
          hedgeDelay.observe(answeredNanos - ask.beganNanos());
        }
        ask.holder().answered();
        window.setState(s, ask.holder().piece(), State.THERE);
        SegmentRead.this.notifyAll();
      }
    }

    @Override
    public void ended(ShareAsk ask, @Nullable Throwable failure) {
      synchronized (SegmentRead.this) {
        if (ask.isOver()) {
          return;
        }
        ask.end();
        if (failure != null) {
          for (int s : ask.stripes()) {
            if (window.state(s, ask.holder().piece()) == State.ASKED) {
              window.setState(s, ask.holder().piece(), State.LOST);
            }
          }
          holders.noteFailure(
              ask.holder(), window.firstStripe() + ask.stripes().getFirst(), failure);
          replan = true;
        }
        SegmentRead.this.notifyAll();
      }
    }
  }
}
