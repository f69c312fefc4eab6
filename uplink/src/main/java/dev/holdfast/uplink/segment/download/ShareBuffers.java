package dev.holdfast.uplink.segment.download;

import java.util.ArrayDeque;
import java.util.Deque;

/** Arrays of the size of a share, for shares and for the blocks opened from them. Thread-safe. */
final class ShareBuffers {
  private final int maxIdle;
  private final Deque<byte[]> idle = new ArrayDeque<>();
  private int size;

  ShareBuffers(int maxIdle) {
    this.maxIdle = maxIdle;
  }

  /** An array of at least so many bytes, holding whatever its last user left. */
  byte[] take(int bytes) {
    synchronized (this) {
      if (bytes <= size) {
        byte[] buffer = idle.pollLast();
        if (buffer != null) {
          return buffer;
        }
      }
    }
    return new byte[bytes];
  }

  synchronized void give(byte[] buffer) {
    if (buffer.length > size) {
      // Schemes with larger shares take over; the smaller arrays are of no more use.
      size = buffer.length;
      idle.clear();
    }
    if (buffer.length == size && idle.size() < maxIdle) {
      idle.addLast(buffer);
    }
  }
}
