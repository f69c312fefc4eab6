package dev.holdfast.erasure.internal;

/**
 * How much of every input is worked on before the next: all inputs together stay in the first-level
 * cache.
 */
final class BlockSize {
  private static final int INPUT_BYTES = 16 << 10;

  private BlockSize() {}

  /** A multiple of 256 bytes, 256 to 4096. */
  static int bytes(int inputs) {
    return Math.clamp(INPUT_BYTES / inputs, 256, 4096) & -256;
  }
}
