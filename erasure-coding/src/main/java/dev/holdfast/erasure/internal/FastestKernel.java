package dev.holdfast.erasure.internal;

/** Chooses the kernel once, when the first codec is made. */
final class FastestKernel {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  static final MatrixKernel KERNEL = choose();

  private FastestKernel() {}

  private static MatrixKernel choose() {
    // ShuffleKernel must not be linked unless its module is there: the class is named only behind
    // this check.
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()) {
      try {
        if (ShuffleKernel.isSupported()) {
          return new ShuffleKernel();
        }
      } catch (LinkageError incompatible) {
        // Another release of the incubating module: the scalar kernel needs nothing of it.
        return new ScalarKernel();
      }
    }
    return new ScalarKernel();
  }
}
