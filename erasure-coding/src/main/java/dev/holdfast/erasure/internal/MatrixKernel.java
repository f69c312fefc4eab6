package dev.holdfast.erasure.internal;

/** One way to compute matrix products; all ways give the same bytes. Stateless. */
public interface MatrixKernel {

  /**
   * Makes the tables of a matrix, which has any number of rows, and binds the code that uses them.
   */
  MatrixProduct compile(GaloisMatrix matrix);

  /** About how many bytes of tables one coefficient of a compiled matrix takes. */
  static int bytesPerCoefficient() {
    return NibbleTables.BYTES;
  }

  /** The fastest kernel that runs in this JVM. */
  static MatrixKernel fastest() {
    return FastestKernel.KERNEL;
  }

  /** The kernel that runs in every JVM; here so that the others can be compared with it. */
  static MatrixKernel scalar() {
    return new ScalarKernel();
  }
}
