package dev.holdfast.storagenode.contact;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.storagenode.disk.Disk;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.pieceservice.NodeKeyRing;
import dev.holdfast.storagenode.pieceservice.SatelliteClock;
import dev.holdfast.storagenode.piecestore.PieceStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that keeps in touch with the satellite: checks in at the interval that it asks for, and
 * beside that confirms pieces and settles orders. Failures are tried again, ever more slowly, and
 * never end the loop. Runs on a thread of its own that is never interrupted.
 */
public final class SatelliteContact implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SatelliteContact.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration WORRYING_CLOCK_DIFFERENCE = Duration.ofMinutes(1);
  private static final Duration SETTLE_EVERY = Duration.ofMinutes(10);

  private final CheckIn checkIn;
  private final PieceConfirmer confirmer;
  private final OrderSettlement settlement;
  private final InstantSource clock;
  private final Listener listener;
  private final Pacemaker pacemaker = new Pacemaker();
  private volatile @Nullable NodeStanding standing;
  private Duration interval = Duration.ofSeconds(10);
  private int failuresInRow;
  private boolean warnedOfClock;
  private Instant lastSettlement = Instant.EPOCH;

  private SatelliteContact(
      CheckIn checkIn,
      PieceConfirmer confirmer,
      OrderSettlement settlement,
      InstantSource clock,
      Listener listener) {
    this.checkIn = checkIn;
    this.confirmer = confirmer;
    this.settlement = settlement;
    this.clock = clock;
    this.listener = listener;
  }

  /** Told about check-ins, on the contact's thread. */
  public interface Listener {
    /** A check-in succeeded; called every time. */
    void checkedIn();

    /** The satellite refused to let this node join, and trying again will not help. */
    void refusedToJoin(HoldfastException refusal);
  }

  /**
   * What the satellite said last of this node.
   *
   * @param checkedIn when it said so, by this node's clock
   */
  public record NodeStanding(String standing, String reason, Instant checkedIn) {}

  /**
   * Prepares the loop; run it on a thread.
   *
   * @param invitation the token to join with, null once this node has joined
   * @throws IOException when the node's folder cannot be read
   */
  public static SatelliteContact create(
      SatelliteCalls satellite,
      String advertisedAddress,
      String softwareVersion,
      Supplier<@Nullable String> invitation,
      Disk disk,
      PieceStore store,
      OrderBook orders,
      NodeKeyRing keys,
      SatelliteClock satelliteClock,
      InstantSource clock,
      Listener listener)
      throws IOException {
    return new SatelliteContact(
        new CheckIn(
            satellite,
            advertisedAddress,
            softwareVersion,
            invitation,
            store,
            keys,
            satelliteClock,
            clock),
        new PieceConfirmer(satellite, store, ConfirmedSequence.open(disk), clock),
        new OrderSettlement(satellite, orders, clock),
        clock,
        listener);
  }

  /** What the satellite said last; null before the first check-in. */
  public @Nullable NodeStanding standing() {
    return standing;
  }

  @Override
  public void run() {
    while (!pacemaker.isStopped()) {
      boolean succeeded = checkInOnce();
      if (!pacemaker.pause(succeeded ? interval : retryDelay())) {
        return;
      }
    }
  }

  private boolean checkInOnce() {
    try {
      CheckIn.Answer answer = checkIn.run();
      if (failuresInRow > 0) {
        LOG.atInfo().log("the satellite answers again");
      }
      failuresInRow = 0;
      interval = answer.interval();
      note(answer);
      listener.checkedIn();
      workBeside(answer);
      return true;
    } catch (HoldfastException e) {
      failed(e.code().stableName(), e);
      if (e.code() == ErrorCode.INVITATION_INVALID && standing == null) {
        listener.refusedToJoin(e);
      }
      return false;
    } catch (RuntimeException e) {
      failed("internal", e);
      return false;
    }
  }

  private void failed(String code, RuntimeException cause) {
    failuresInRow++;
    if (!pacemaker.isStopped() && (failuresInRow == 1 || failuresInRow % 60 == 0)) {
      LOG.atWarn()
          .addKeyValue("errorCode", code)
          .addKeyValue("attempt", failuresInRow)
          .log("the check-in failed: " + cause.getMessage());
    }
  }

  private void note(CheckIn.Answer answer) {
    NodeStanding before = standing;
    standing = new NodeStanding(answer.standing(), answer.standingReason(), clock.instant());
    if (before == null || !before.standing().equals(answer.standing())) {
      LOG.atInfo()
          .addKeyValue("standing", answer.standing())
          .addKeyValue("reason", answer.standingReason())
          .log("the satellite told this node's standing");
    }
    boolean worrying = answer.clockDifference().abs().compareTo(WORRYING_CLOCK_DIFFERENCE) > 0;
    if (worrying && !warnedOfClock) {
      LOG.atWarn()
          .addKeyValue("satelliteAheadMs", answer.clockDifference().toMillis())
          .log("this machine's clock differs from the satellite's; set it by NTP");
    }
    warnedOfClock = worrying;
  }

  /** What is not urgent; its failures wait for the next check-in. */
  private void workBeside(CheckIn.Answer answer) {
    try {
      // Without a window every piece of an upload under way would look forgotten.
      int trashed =
          answer.commitWindow().isPositive() ? confirmer.runOnce(answer.commitWindow()) : -1;
      while (trashed >= 0 && !pacemaker.isStopped()) {
        if (trashed > 0) {
          LOG.atInfo()
              .addKeyValue("pieces", trashed)
              .log("pieces that no upload committed went to trash");
        }
        trashed = confirmer.runOnce(answer.commitWindow());
      }
      if (lastSettlement.plus(SETTLE_EVERY).isBefore(clock.instant())) {
        lastSettlement = clock.instant();
        long settled = settlement.runOnce();
        if (settled > 0) {
          LOG.atInfo().addKeyValue("bytes", settled).log("orders were settled");
        }
      }
    } catch (HoldfastException | IOException e) {
      LOG.atWarn()
          .log("confirming pieces or settling orders failed, to be tried again: " + e.getMessage());
    }
  }

  private Duration retryDelay() {
    Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failuresInRow, 6));
    return delay.compareTo(interval) < 0 ? delay : interval;
  }

  /** Checks in now, for example because space has changed much. */
  public void nudge() {
    pacemaker.nudge();
  }

  /** Ends the loop as soon as its present step is over. */
  public void stop() {
    pacemaker.stop();
  }
}
