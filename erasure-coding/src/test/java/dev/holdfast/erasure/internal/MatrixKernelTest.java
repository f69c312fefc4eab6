package dev.holdfast.erasure.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MatrixKernelTest {
  private static final long SEED = 20261123;

  static List<MatrixKernel> kernels() {
    return List.of(new ScalarKernel(), new ShuffleKernel());
  }

  @Test
  void thePreferredKernelTurnsFromScalarToShufflesWithoutChangingAByte() {
    var warmUp = new ShuffleWarmUp(1);
    GaloisMatrix matrix = GaloisMatrix.systematicVandermonde(10, 4).rows(4, 10);
    MatrixProduct product = new WarmingKernel(warmUp).compile(matrix);
    byte[][] in = randomRows(new Random(SEED), 4, 1000);
    var expected = new byte[6][1000];
    new ScalarKernel().compile(matrix).apply(in, 0, expected, 0, 1000);
    assertThat(warmUp.isDone()).isFalse();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          boolean done = warmUp.isDone();
          var out = new byte[6][1000];
          product.apply(in, 0, out, 0, 1000);
          assertThat(out).isDeepEqualTo(expected);
          return done;
        });
  }

  @Test
  void aNewProcessPrefersTheKernelThatWarmsUp() {
    assertThat(MatrixKernel.preferred()).isInstanceOf(WarmingKernel.class);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyCoefficientTimesEveryByteIsTheFieldProduct(MatrixKernel kernel) {
    // With k = 2, share r is the value at r of a line through (0, d0) and (1, d1): its factor of d1
    // is r itself.
    GaloisMatrix matrix = GaloisMatrix.systematicVandermonde(256, 2);
    MatrixProduct product = kernel.compile(matrix);
    var in = new byte[2][256];
    var out = new byte[256][256];
    for (int x = 0; x < 256; x++) {
      in[1][x] = (byte) x;
    }
    product.apply(in, 0, out, 0, 256);
    for (int r = 0; r < 256; r++) {
      for (int x = 0; x < 256; x++) {
        assertThat(out[r][x] & 0xFF).isEqualTo(GaloisField.multiply(matrix.get(r, 1), x));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void randomShapesAndRangesEqualTheDefinitionAndNothingElseIsWritten(MatrixKernel kernel) {
    var random = new Random(SEED);
    for (int round = 0; round < 250; round++) {
      int columns = 1 + random.nextInt(round % 10 == 0 ? 120 : 12);
      int rows = random.nextInt(22);
      // Every short length, where vectors end, and lengths beyond a block.
      int length = round < 140 ? round : random.nextInt(12_000);
      int inOffset = random.nextInt(40);
      int outOffset = random.nextInt(40);
      GaloisMatrix matrix =
          GaloisMatrix.systematicVandermonde(columns + rows, columns).rows(columns, columns + rows);
      byte[][] in = randomRows(random, columns, inOffset + length + random.nextInt(5));
      byte[][] out = randomRows(random, rows, outOffset + length + random.nextInt(5));
      byte[][] expected = new byte[rows][];
      for (int r = 0; r < rows; r++) {
        expected[r] = out[r].clone();
        for (int at = 0; at < length; at++) {
          int sum = 0;
          for (int c = 0; c < columns; c++) {
            sum ^= GaloisField.multiply(matrix.get(r, c), in[c][inOffset + at] & 0xFF);
          }
          expected[r][outOffset + at] = (byte) sum;
        }
      }
      kernel.compile(matrix).apply(in, inOffset, out, outOffset, length);
      assertThat(out).as("seed %d round %d", SEED, round).isDeepEqualTo(expected);
    }
  }

  private static byte[][] randomRows(Random random, int rows, int size) {
    var made = new byte[rows][size];
    for (byte[] row : made) {
      random.nextBytes(row);
    }
    return made;
  }
}
