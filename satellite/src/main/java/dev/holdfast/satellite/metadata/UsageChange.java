package dev.holdfast.satellite.metadata;

/** What one transaction adds to a project's counters; negative when something goes. */
record UsageChange(long objects, long plainBytes, long inlineBytes) {
  static final UsageChange NOTHING = new UsageChange(0, 0, 0);

  static UsageChange inline(long bytes) {
    return new UsageChange(0, 0, bytes);
  }

  static UsageChange object(long plainBytes) {
    return new UsageChange(1, plainBytes, 0);
  }

  UsageChange plus(UsageChange other) {
    return new UsageChange(
        objects + other.objects, plainBytes + other.plainBytes, inlineBytes + other.inlineBytes);
  }

  UsageChange negated() {
    return new UsageChange(-objects, -plainBytes, -inlineBytes);
  }

  boolean isNothing() {
    return objects == 0 && plainBytes == 0 && inlineBytes == 0;
  }
}
