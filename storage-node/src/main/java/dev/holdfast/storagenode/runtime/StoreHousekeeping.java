package dev.holdfast.storagenode.runtime;

import dev.holdfast.storagenode.contact.Pacemaker;
import dev.holdfast.storagenode.piecestore.Maintenance;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the piece store's maintenance: a step every few seconds, and while there is much to do one
 * after the other, each followed by a rest as long as it took. Runs on a thread of its own that is
 * never interrupted.
 */
final class StoreHousekeeping implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreHousekeeping.class);
  private static final Duration REST = Duration.ofSeconds(3);
  private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(30);

  private final Maintenance maintenance;
  private final Pacemaker pacemaker = new Pacemaker();
  private long lostPieces;

  StoreHousekeeping(Maintenance maintenance) {
    this.maintenance = maintenance;
  }

  @Override
  public void run() {
    Duration rest = REST;
    while (pacemaker.pause(rest)) {
      rest = step();
    }
  }

  private Duration step() {
    long started = System.nanoTime();
    try {
      Maintenance.Report report = maintenance.runOnce();
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      if (report.compactedBytes() > 0) {
        LOG.atDebug()
            .addKeyValue("bytes", report.compactedBytes())
            .addKeyValue("durationMs", took.toMillis())
            .log("compaction gave space back");
      }
      if (report.lostPieces() > lostPieces) {
        LOG.atWarn()
            .addKeyValue("pieces", report.lostPieces() - lostPieces)
            .log("records of pieces are damaged beyond use; check the disk");
        lostPieces = report.lostPieces();
      }
      return report.isBusy() ? took : REST;
    } catch (IOException | RuntimeException e) {
      LOG.atWarn().setCause(e).log("giving space back failed; it is tried again");
      return REST_AFTER_FAILURE;
    }
  }

  /** Ends the loop as soon as its present step is over. */
  void stop() {
    pacemaker.stop();
  }
}
