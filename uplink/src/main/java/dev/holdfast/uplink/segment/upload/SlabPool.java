package dev.holdfast.uplink.segment.upload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/** Off-heap memory in slabs of one size, some kept for the next segment. Thread-safe. */
final class SlabPool implements AutoCloseable {
  private final long slabBytes;
  private final int maxIdle;
  private final Deque<Slab> idle = new ArrayDeque<>();
  private boolean closed;

  SlabPool(long slabBytes, int maxIdle) {
    this.slabBytes = slabBytes;
    this.maxIdle = maxIdle;
  }

  @SuppressWarnings("MustBeClosedChecker") // give and close end it; a pool outlives any block
  Slab take() {
    synchronized (this) {
      Slab slab = idle.pollLast();
      if (slab != null) {
        return slab;
      }
    }
    Arena arena = Arena.ofShared();
    return new Slab(arena, arena.allocate(slabBytes, 64));
  }

  void give(Slab slab) {
    synchronized (this) {
      if (!closed && idle.size() < maxIdle) {
        idle.addLast(slab);
        return;
      }
    }
    slab.arena().close();
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (Slab slab : idle) {
      slab.arena().close();
    }
    idle.clear();
  }

  /** One run of memory; what it holds is whatever its last user left. */
  record Slab(Arena arena, MemorySegment memory) {}
}
