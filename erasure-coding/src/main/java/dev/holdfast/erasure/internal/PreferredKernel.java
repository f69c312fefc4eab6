package dev.holdfast.erasure.internal;

/** The choice of the kernel, made when the first codec is. */
final class PreferredKernel {
  static final MatrixKernel KERNEL =
      vectorModulePresent() ? new WarmingKernel() : new ScalarKernel();

  private PreferredKernel() {}

  /** Whether classes that use the Vector API can be linked in this JVM. */
  static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
