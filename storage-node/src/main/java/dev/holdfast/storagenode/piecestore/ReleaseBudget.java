package dev.holdfast.storagenode.piecestore;

/** How many bytes may still leave the trash today (UTC). Guarded by the store's lock. */
final class ReleaseBudget {
  private static final long DAY_MILLIS = 86_400_000;

  private final long capBytes;
  private long day;
  private long releasedBytes;

  /** A cap of 0 means none. */
  ReleaseBudget(long capBytes) {
    this.capBytes = capBytes;
  }

  static long dayOf(long millis) {
    return Math.floorDiv(millis, DAY_MILLIS);
  }

  static long startOfDayMillis(long day) {
    return day * DAY_MILLIS;
  }

  long day() {
    return day;
  }

  long releasedBytes() {
    return releasedBytes;
  }

  /**
   * Takes the bytes if today's cap allows; one piece a day always passes, or a piece larger than
   * the cap would stay for ever.
   */
  boolean take(long nowMillis, long bytes) {
    advance(dayOf(nowMillis));
    if (capBytes > 0 && releasedBytes > 0 && releasedBytes + bytes > capBytes) {
      return false;
    }
    releasedBytes += bytes;
    return true;
  }

  /** What was released on a day before the restart. */
  void restore(long restoredDay, long bytes) {
    advance(restoredDay);
    if (restoredDay == day) {
      releasedBytes = Math.max(releasedBytes, bytes);
    }
  }

  /** Counts a release found in the logs. */
  void add(long atMillis, long bytes) {
    advance(dayOf(atMillis));
    if (dayOf(atMillis) == day) {
      releasedBytes += bytes;
    }
  }

  private void advance(long toDay) {
    if (toDay > day) {
      day = toDay;
      releasedBytes = 0;
    }
  }
}
