package dev.holdfast.uplink.segment.download;

import dev.holdfast.piececlient.PieceRead;
import dev.holdfast.piececlient.PieceReadListener;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.merkle.ShareProof;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request to one node for its shares of some stripes. State is guarded by the read. */
final class ShareAsk implements PieceReadListener {
  /** Who trickles for so long is late, too. */
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final Answers answers;
  private final PieceHolder holder;
  private final List<Integer> stripes;
  private final long beganNanos;
  private @Nullable PieceRead read;
  private long progressNanos;
  private long progressSeen = -1;
  private boolean answered;
  private boolean late;
  private boolean over;
  private boolean withdrawn;

  /**
   * @param stripes asked for, in the order of the slots, as the answers number them
   */
  ShareAsk(Answers answers, PieceHolder holder, List<Integer> stripes, long nowNanos) {
    this.answers = answers;
    this.holder = holder;
    this.stripes = List.copyOf(stripes);
    this.beganNanos = nowNanos;
    this.progressNanos = nowNanos;
  }

  void started(PieceRead read) {
    this.read = read;
    if (withdrawn) {
      read.cancel();
    }
  }

  PieceHolder holder() {
    return holder;
  }

  List<Integer> stripes() {
    return stripes;
  }

  long beganNanos() {
    return beganNanos;
  }

  boolean isLate() {
    return late;
  }

  boolean isOver() {
    return over;
  }

  /** Whether this is the node's first share for this request. */
  boolean takeFirstAnswer() {
    boolean first = !answered;
    answered = true;
    return first;
  }

  boolean hasAnswered() {
    return answered;
  }

  void end() {
    over = true;
  }

  /**
   * Notes progress and answers whether the node has just become late.
   *
   * @param delayNanos without progress that are too long
   * @param connectNanos the same before there is a connection
   */
  boolean becomesLate(long nowNanos, long delayNanos, long connectNanos) {
    if (over || late) {
      return false;
    }
    PieceRead running = read;
    boolean connected = running != null && running.hasBegun();
    long progress = running == null || !connected ? -1 : running.receivedBytes();
    if (progress != progressSeen) {
      progressSeen = progress;
      progressNanos = nowNanos;
    }
    late =
        nowNanos - progressNanos > (connected ? delayNanos : connectNanos)
            || nowNanos - beganNanos > SLOW_NANOS;
    return late;
  }

  /** Wants no more answers. */
  void withdraw() {
    if (!over) {
      withdrawn = true;
      over = true;
      PieceRead running = read;
      if (running != null) {
        running.cancel();
      }
    }
  }

  @Override
  public void filled(int index, Frame.@Nullable Proof proof) {
    answers.filled(this, stripes.get(index), proof == null ? null : proof.proof());
  }

  @Override
  public void ended(@Nullable Throwable failure) {
    answers.ended(this, failure);
  }

  /** Where answers go, on event loops. */
  interface Answers {
    void filled(ShareAsk ask, int stripe, @Nullable ShareProof proof);

    void ended(ShareAsk ask, @Nullable Throwable failure);
  }
}
