package dev.holdfast.uplink.listing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Keeps the smallest of the children it is offered, as many as fit into its bytes. Confined to one
 * thread.
 */
final class Window {
  private static final Comparator<Child> BY_KEY =
      (a, b) -> Arrays.compareUnsigned(a.key(), b.key());

  private final long maxBytes;
  private final PriorityQueue<Child> largestFirst = new PriorityQueue<>(BY_KEY.reversed());
  private long bytes;
  private boolean truncated;

  Window(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void offer(Child child) {
    Child largest = largestFirst.peek();
    if (truncated && largest != null && BY_KEY.compare(child, largest) > 0) {
      return;
    }
    largestFirst.add(child);
    bytes += child.weightBytes();
    while (bytes > maxBytes && largestFirst.size() > 1) {
      bytes -= largestFirst.remove().weightBytes();
      truncated = true;
    }
  }

  /** Whether larger children were dropped. */
  boolean truncated() {
    return truncated;
  }

  long bytes() {
    return bytes;
  }

  List<Child> ascending() {
    List<Child> children = new ArrayList<>(largestFirst);
    children.sort(BY_KEY);
    return children;
  }
}
