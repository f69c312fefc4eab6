package dev.holdfast.erasure.internal;

import java.util.List;

/**
 * One way to compute matrix products; all ways give the same bytes. Safe for any number of threads.
 */
public interface MatrixKernel {

  /**
   * Makes the tables of a matrix, which has any number of rows, and binds the code that uses them.
   */
  MatrixProduct compile(GaloisMatrix matrix);

  /** At most about how many bytes of tables one coefficient of a compiled matrix takes. */
  static int bytesPerCoefficient() {
    return 2 * NibbleTables.BYTES;
  }

  /**
   * The kernel to use in this JVM: fast from the first byte, and faster when there is much to do.
   */
  static MatrixKernel preferred() {
    return PreferredKernel.KERNEL;
  }

  /** Every kernel that runs in this JVM, the scalar one first, so that they can be compared. */
  static List<MatrixKernel> available() {
    return PreferredKernel.vectorModulePresent()
        ? List.of(new ScalarKernel(), new ShuffleKernel())
        : List.of(new ScalarKernel());
  }
}
