package dev.holdfast.storagenode.piecestore;

import java.io.IOException;

/**
 * The store's housekeeping: releases what is due, compacts at most one log, writes a checkpoint
 * when much has changed. Needs no input and can be repeated at any time. One thread at a time.
 */
public final class Maintenance {
  private static final long CHECKPOINT_AFTER_BYTES = 256L << 20;

  private final StoreState state;
  private final Releaser releaser;
  private final Compactor compactor;
  private long checkpointedBytes;

  Maintenance(StoreState state) {
    this.state = state;
    this.releaser = new Releaser(state);
    this.compactor = new Compactor(state);
  }

  /**
   * What one step did.
   *
   * @param releasedBytes of expired pieces and of pieces that left the trash
   * @param compactedBytes given back to the disk, at least 1 if a log was deleted
   * @param lostPieces dropped since the start because their records' heads were damaged
   */
  public record Report(long releasedBytes, long compactedBytes, long lostPieces) {
    /** Whether another step may find more to do at once. */
    public boolean isBusy() {
      return compactedBytes > 0;
    }
  }

  /** One step. */
  public Report runOnce() throws IOException {
    long released = releaser.runOnce();
    long compacted = compactor.runOnce();
    if (state.appendedBytes() - checkpointedBytes >= CHECKPOINT_AFTER_BYTES) {
      writeCheckpoint();
    }
    return new Report(released, compacted, compactor.lostPieces());
  }

  /** Closes the logs for new regions and writes a checkpoint that covers everything. */
  void checkpoint() throws IOException {
    state.run(() -> state.logs().roll(_ -> true));
    for (PieceLog log : state.snapshot()) {
      if (!log.commits().hasFailed()) {
        log.commits().sync();
      }
    }
    writeCheckpoint();
  }

  private void writeCheckpoint() throws IOException {
    long appended = state.appendedBytes();
    Checkpoint.write(state);
    checkpointedBytes = appended;
  }
}
