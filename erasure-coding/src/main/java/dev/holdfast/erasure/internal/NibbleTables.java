package dev.holdfast.erasure.internal;

/**
 * The 32 products that give c times any byte: c times 0..15, then c times 0, 16, 32 .. 240.
 * Multiplication distributes over XOR, so c * x = table[x & 15] ^ table[16 + (x >> 4)].
 */
final class NibbleTables {
  static final int BYTES = 32;

  private NibbleTables() {}

  /** Entry {@code index} (0 to 31) of the table of {@code coefficient}. */
  static int entry(int coefficient, int index) {
    return GaloisField.multiply(coefficient, index < 16 ? index : (index - 16) << 4);
  }
}
