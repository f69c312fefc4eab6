package dev.holdfast.erasure.internal;

/** Multiplies one fixed matrix by byte rows. Immutable, safe for any number of threads. */
@FunctionalInterface
public interface MatrixProduct {

  /**
   * Overwrites {@code length} bytes of every output row r with the sum over i of coefficient (r, i)
   * times input row i. Arguments are not checked beyond what keeps memory safe; no output array may
   * be an input array.
   *
   * @param in as many arrays as the matrix has columns
   * @param inOffset start of the range in each input
   * @param out as many arrays as the matrix has rows
   * @param outOffset start of the range in each output
   * @param length bytes of each row, 0 or more
   */
  void apply(byte[][] in, int inOffset, byte[][] out, int outOffset, int length);
}
