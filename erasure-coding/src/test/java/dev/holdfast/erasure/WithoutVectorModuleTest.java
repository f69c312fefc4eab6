package dev.holdfast.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.erasure.internal.MatrixKernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Proves in a JVM of its own that the module is wanted, not needed. */
class WithoutVectorModuleTest {

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void codingWorksInAJvmWithoutTheVectorModule() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jvm.waitFor()).as(output).isZero();
    assertThat(output.strip()).isEqualTo("ScalarKernel vector=false verified=true");
  }

  /** Runs in the child process. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      ErasureCodec codec = ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 4, 10);
      var shares = new byte[10][100];
      for (int i = 0; i < 4; i++) {
        shares[i][i] = 1;
      }
      codec.encode(
          new byte[][] {shares[0], shares[1], shares[2], shares[3]},
          new byte[][] {shares[4], shares[5], shares[6], shares[7], shares[8], shares[9]},
          0,
          100);
      System.out.printf(
          "%s vector=%s verified=%s%n",
          MatrixKernel.preferred().getClass().getSimpleName(),
          ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
          codec.verify(shares, 0, 100) && shares[9][0] != 0);
    }
  }
}
