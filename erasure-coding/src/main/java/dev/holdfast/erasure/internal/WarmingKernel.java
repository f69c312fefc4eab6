package dev.holdfast.erasure.internal;

import org.jspecify.annotations.Nullable;

/**
 * Scalar at first, shuffles as soon as they are compiled. Vector code takes about a second until it
 * is compiled, and until then codes its first megabyte 25 times as slowly as the scalar kernel does
 * (measured at 4 of 10). So a short command never starts it, and a long transfer compiles it beside
 * its first megabytes.
 */
final class WarmingKernel implements MatrixKernel {
  private final ScalarKernel scalar = new ScalarKernel();
  private final ShuffleWarmUp warmUp;

  WarmingKernel() {
    this(new ShuffleWarmUp());
  }

  WarmingKernel(ShuffleWarmUp warmUp) {
    this.warmUp = warmUp;
  }

  @Override
  public MatrixProduct compile(GaloisMatrix matrix) {
    return new Product(matrix, scalar.compile(matrix), warmUp);
  }

  private static final class Product implements MatrixProduct {
    private final GaloisMatrix matrix;
    private final MatrixProduct scalar;
    private final ShuffleWarmUp warmUp;
    private volatile @Nullable MatrixProduct shuffle;

    Product(GaloisMatrix matrix, MatrixProduct scalar, ShuffleWarmUp warmUp) {
      this.matrix = matrix;
      this.scalar = scalar;
      this.warmUp = warmUp;
    }

    @Override
    public void apply(byte[][] in, int inOffset, byte[][] out, int outOffset, int length) {
      MatrixProduct fast = shuffle;
      if (fast == null && warmUp.isDone()) {
        // Two threads may both make it; the tables are equal.
        fast = new ShuffleKernel().compile(matrix);
        shuffle = fast;
      }
      if (fast != null) {
        fast.apply(in, inOffset, out, outOffset, length);
      } else {
        scalar.apply(in, inOffset, out, outOffset, length);
        warmUp.worked((long) matrix.rowCount() * matrix.columnCount() * length);
      }
    }
  }
}
