package dev.holdfast.storagenode.piecestore;

import java.time.Duration;

/**
 * What an owner decides about the store.
 *
 * @param capacityBytes what the logs may take on disk, without the room that compaction needs for a
 *     moment
 * @param diskReserveBytes what stays free on the disk whatever the capacity says
 * @param logBytes size at which a log is closed and the next one begun; a piece never spans two
 * @param trashHold how long a deleted piece can be restored
 * @param trashDailyCapBytes what may leave the trash in one day (UTC), 0 for no cap; the rest
 *     waits, it is not refused
 * @param expiryGrace how long an expired piece is kept on disk, unread, against clocks that jump
 */
public record PieceStoreConfig(
    long capacityBytes,
    long diskReserveBytes,
    long logBytes,
    Duration trashHold,
    long trashDailyCapBytes,
    Duration expiryGrace) {
  /**
   * Size of a log unless something else is asked: small enough that compaction gives disk back
   * early.
   */
  public static final long DEFAULT_LOG_BYTES = 256L << 20;

  /** Left free on the disk by default. */
  public static final long DEFAULT_DISK_RESERVE_BYTES = 256L << 20;

  /** Largest log: offsets inside a log are 32-bit counts of 64 bytes; this stays far below. */
  public static final long MAX_LOG_BYTES = 4L << 30;

  public PieceStoreConfig {
    require(capacityBytes > 0, "capacity", capacityBytes);
    require(diskReserveBytes >= 0, "disk reserve", diskReserveBytes);
    require(logBytes >= 4_096 && logBytes <= MAX_LOG_BYTES, "log size", logBytes);
    require(!trashHold.isNegative(), "trash hold", trashHold.toMillis());
    require(trashDailyCapBytes >= 0, "trash daily cap", trashDailyCapBytes);
    require(!expiryGrace.isNegative(), "expiry grace", expiryGrace.toMillis());
  }

  /** Defaults for everything but capacity and trash. */
  public static PieceStoreConfig of(
      long capacityBytes, Duration trashHold, long trashDailyCapBytes) {
    return new PieceStoreConfig(
        capacityBytes,
        DEFAULT_DISK_RESERVE_BYTES,
        DEFAULT_LOG_BYTES,
        trashHold,
        trashDailyCapBytes,
        Duration.ofHours(1));
  }

  /** What compaction may take beyond live data for a moment; uploads may not. */
  long compactionBytes() {
    return Math.min(logBytes, capacityBytes / 10);
  }

  private static void require(boolean condition, String what, long value) {
    if (!condition) {
      throw new IllegalArgumentException(
          "The piece store's " + what + " is out of range: " + value + ".");
    }
  }
}
