package dev.holdfast.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.erasure.internal.GaloisMatrix;
import dev.holdfast.erasure.internal.MatrixKernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MatrixCodecTest {
  private static final long SEED = 20261123;

  static List<MatrixKernel> kernels() {
    return MatrixKernel.available();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void independentlyComputedVectorsAgree(MatrixKernel kernel) throws IOException {
    int codes = 0;
    for (Vectors vectors : Vectors.read()) {
      codes++;
      int required = vectors.required;
      int total = vectors.total;
      GaloisMatrix generator = GaloisMatrix.systematicVandermonde(total, required);
      for (int r = required; r < total; r++) {
        for (int c = 0; c < required; c++) {
          assertThat(generator.get(r, c)).isEqualTo(vectors.coefficients[r][c] & 0xFF);
        }
      }
      int size = vectors.shares[0].length;
      var codec = new MatrixCodec(required, total, kernel);
      var parity = new byte[total - required][size];
      codec.encode(Arrays.copyOf(vectors.shares, required), parity, 0, size);
      assertThat(parity).isDeepEqualTo(Arrays.copyOfRange(vectors.shares, required, total));
      assertThat(codec.verify(vectors.shares, 0, size)).isTrue();
    }
    assertThat(codes).isEqualTo(8);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everySubsetOfFourOfTenRebuildsEverythingElse(MatrixKernel kernel) {
    var codec = new MatrixCodec(4, 10, kernel);
    byte[][] shares = encoded(codec, new Random(SEED), 80);
    int rebuilt = 0;
    for (int mask = 0; mask < 1 << 10; mask++) {
      var present = new boolean[10];
      for (int i = 0; i < 10; i++) {
        present[i] = (mask >> i & 1) != 0;
      }
      int have = Integer.bitCount(mask);
      if (have < 4) {
        assertThatThrownBy(() -> rebuild(codec, shares, present, 80))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("cannot reconstruct: need 4 of 10 shares, have " + have);
      } else {
        assertRebuilt(shares, present, rebuild(codec, shares, present, 80));
        rebuilt++;
      }
    }
    assertThat(rebuilt).isEqualTo(848);
    assertThat(codec.cachedPlans()).isLessThanOrEqualTo(256);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void randomSubsetsOfWideCodesRebuildEverythingElse(MatrixKernel kernel) {
    var random = new Random(SEED);
    for (int[] code : new int[][] {{29, 110}, {1, 256}, {100, 256}, {255, 256}, {2, 5}, {3, 7}}) {
      var codec = new MatrixCodec(code[0], code[1], kernel);
      byte[][] shares = encoded(codec, random, 64);
      for (int round = 0; round < 12; round++) {
        boolean[] present = randomPresent(random, code[1], code[0]);
        assertRebuilt(shares, present, rebuild(codec, shares, present, 64));
      }
      assertThat(codec.cachedPlans()).isLessThanOrEqualTo(256);
    }
  }

  @Test
  void onlyWantedAbsentSharesAreWrittenAndOnlyInTheRange() {
    ErasureCodec codec = ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 4, 10);
    byte[][] shares = encoded(codec, new Random(SEED), 100);
    var given = new byte[10] @Nullable [];
    var present = new boolean[10];
    for (int i : new int[] {1, 3, 6, 8, 9}) {
      given[i] = shares[i].clone();
      present[i] = true;
    }
    var out = new byte[10] @Nullable [];
    out[0] = new byte[100];
    out[1] = new byte[100];
    out[7] = new byte[100];
    codec.reconstruct(given, present, out, 20, 50);
    for (int i : new int[] {0, 7}) {
      assertThat(Arrays.copyOfRange(out[i], 20, 70))
          .isEqualTo(Arrays.copyOfRange(shares[i], 20, 70));
      assertThat(Arrays.copyOfRange(out[i], 0, 20)).containsOnly(0);
      assertThat(Arrays.copyOfRange(out[i], 70, 100)).containsOnly(0);
    }
    assertThat(out[1]).as("share 1 is present: nothing to rebuild").containsOnly(0);
    for (int i : new int[] {1, 3, 6, 8, 9}) {
      assertThat(given[i]).as("inputs are not changed").isEqualTo(shares[i]);
    }
  }

  @Test
  void sharesCanBeRebuiltInPlace() {
    ErasureCodec codec = ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 3, 7);
    byte[][] shares = encoded(codec, new Random(SEED), 65);
    byte[][] damaged = copy(shares);
    var present = new boolean[7];
    Arrays.fill(present, true);
    for (int lost : new int[] {0, 2, 4, 5}) {
      Arrays.fill(damaged[lost], (byte) 0x55);
      present[lost] = false;
    }
    codec.reconstruct(damaged, present, damaged, 0, 65);
    assertThat(damaged).isDeepEqualTo(shares);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aFlippedBitInAnyShareIsSeenInsideTheRangeOnly(MatrixKernel kernel) {
    var codec = new MatrixCodec(4, 10, kernel);
    int size = 5000;
    byte[][] shares = encoded(codec, new Random(SEED), size);
    assertThat(codec.verify(shares, 0, size)).isTrue();
    for (int share = 0; share < 10; share++) {
      for (int at : new int[] {0, 17, 4095, 4096, 4999}) {
        shares[share][at] ^= 1;
        assertThat(codec.verify(shares, 0, size)).isFalse();
        assertThat(codec.verify(shares, at, 1)).isFalse();
        assertThat(codec.verify(shares, 0, at)).isTrue();
        assertThat(codec.verify(shares, at + 1, size - at - 1)).isTrue();
        shares[share][at] ^= 1;
      }
    }
  }

  @Test
  void aCodeWithoutParityIsTheDataItself() {
    ErasureCodec codec = ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 3, 3);
    byte[][] data = new byte[3][40];
    codec.encode(data, new byte[0][], 0, 40);
    assertThat(codec.verify(data, 0, 40)).isTrue();
  }

  @Test
  void codecsAreCachedAndCountsOutOfRangeRefused() {
    ErasureCodec codec = ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 29, 110);
    assertThat(ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 29, 110)).isSameAs(codec);
    assertThat(codec.required()).isEqualTo(29);
    assertThat(codec.total()).isEqualTo(110);
    for (int[] counts : new int[][] {{0, 3}, {-1, 3}, {4, 3}, {3, 257}}) {
      assertThatThrownBy(
              () -> ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, counts[0], counts[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(counts[0] + " of " + counts[1])
          .hasMessageContaining("<= 256");
    }
  }

  @Test
  void malformedArgumentsAreRefusedByName() {
    ErasureCodec codec = ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 2, 5);
    assertRefused(
        () -> codec.encode(new byte[3][8], new byte[3][8], 0, 8), "data: need 2 entries", "have 3");
    assertRefused(
        () -> codec.encode(new byte[2][8], new byte[4][8], 0, 8),
        "parity: need 3 entries",
        "have 4");
    assertRefused(
        () -> codec.encode(new byte[2][8], new byte[3][8], 1, 8),
        "data share 0 has 8 bytes",
        "offset 1");
    assertRefused(
        () -> codec.encode(new byte[2][9], new byte[3][8], 1, 8), "parity share 2 has 8 bytes");
    assertRefused(
        () -> codec.encode(new byte[2][8], new byte[3][8], -1, 8), "8 bytes at offset -1");
    assertRefused(
        () -> codec.encode(new byte[2][8], new byte[3][8], 0, -8), "-8 bytes at offset 0");
    assertRefused(
        () -> codec.encode(new byte[2][8], new byte[3][8], Integer.MAX_VALUE, 8),
        "offset 2147483647");
    assertRefused(() -> codec.verify(new byte[4][8], 0, 8), "shares: need 5 entries", "have 4");
    assertRefused(() -> codec.verify(new byte[5][8], 4, 8), "share 0 has 8 bytes");

    var all = new boolean[] {true, true, true, true, true};
    var two = new boolean[] {true, true, false, false, false};
    assertRefused(
        () -> codec.reconstruct(new byte[6][8], all, new byte[5][8], 0, 8),
        "shares: need 5",
        "have 6");
    assertRefused(
        () -> codec.reconstruct(new byte[5][8], new boolean[1], new byte[5][8], 0, 8),
        "present: need 5",
        "have 1");
    assertRefused(
        () -> codec.reconstruct(new byte[5][8], all, new byte[0][], 0, 8), "out: need 5", "have 0");
    assertRefused(
        () -> codec.reconstruct(new byte[5] @Nullable [], two, new byte[5][8], 0, 8),
        "share 0 is null");
    assertRefused(
        () -> codec.reconstruct(new byte[5][8], two, new byte[5][7], 0, 8),
        "destination of share 2 has 7 bytes");
  }

  @Test
  void oneCodecServesManyThreads() throws Exception {
    ErasureCodec codec = ErasureCodec.of(RedundancyCode.REED_SOLOMON_MATRIX, 4, 8);
    try (var threads = Executors.newFixedThreadPool(4)) {
      var results = new ArrayList<Future<?>>();
      for (int thread = 0; thread < 4; thread++) {
        var random = new Random(SEED + thread);
        results.add(
            threads.submit(() -> {
              for (int round = 0; round < 150; round++) {
                byte[][] shares = encoded(codec, random, 200);
                boolean[] present = randomPresent(random, 8, 4);
                assertRebuilt(shares, present, rebuild(codec, shares, present, 200));
              }
            }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    }
  }

  private static void assertRefused(Runnable call, String... parts) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }

  private static byte[][] encoded(ErasureCodec codec, Random random, int size) {
    var shares = new byte[codec.total()][size];
    byte[][] data = Arrays.copyOf(shares, codec.required());
    for (byte[] share : data) {
      random.nextBytes(share);
    }
    codec.encode(data, Arrays.copyOfRange(shares, codec.required(), codec.total()), 0, size);
    return shares;
  }

  private static boolean[] randomPresent(Random random, int total, int count) {
    var present = new boolean[total];
    for (int have = 0; have < count; ) {
      int i = random.nextInt(total);
      if (!present[i]) {
        present[i] = true;
        have++;
      }
    }
    return present;
  }

  /** Rebuilds all absent shares from arrays in which the absent ones do not exist. */
  private static byte[][] rebuild(
      ErasureCodec codec, byte[][] shares, boolean[] present, int size) {
    var given = new byte[shares.length] @Nullable [];
    for (int i = 0; i < shares.length; i++) {
      given[i] = present[i] ? shares[i] : null;
    }
    var out = new byte[shares.length][size];
    codec.reconstruct(given, present, out, 0, size);
    return out;
  }

  private static void assertRebuilt(byte[][] shares, boolean[] present, byte[][] rebuilt) {
    for (int i = 0; i < shares.length; i++) {
      if (!present[i]) {
        assertThat(rebuilt[i]).as("seed %d share %d", SEED, i).isEqualTo(shares[i]);
      }
    }
  }

  private static byte[][] copy(byte[][] shares) {
    return Arrays.stream(shares).map(byte[]::clone).toArray(byte[][]::new);
  }

  /** One code of the vector file. */
  private record Vectors(int required, int total, byte[][] coefficients, byte[][] shares) {

    static List<Vectors> read() throws IOException {
      var all = new ArrayList<Vectors>();
      try (InputStream file =
          MatrixCodecTest.class.getResourceAsStream("matrix-code-vectors.txt")) {
        if (file == null) {
          throw new IOException("matrix-code-vectors.txt is not among the test resources");
        }
        for (String line :
            new String(file.readAllBytes(), StandardCharsets.US_ASCII).split("\n", -1)) {
          String[] words = line.split(" ", -1);
          switch (words[0]) {
            case "code" -> {
              int total = Integer.parseInt(words[2]);
              all.add(
                  new Vectors(
                      Integer.parseInt(words[1]), total, new byte[total][], new byte[total][]));
            }
            case "c" ->
                all.getLast().coefficients[Integer.parseInt(words[1])] =
                    HexFormat.of().parseHex(words[2]);
            case "d", "p" ->
                all.getLast().shares[Integer.parseInt(words[1])] =
                    HexFormat.of().parseHex(words[2]);
            default -> {}
          }
        }
      }
      return all;
    }
  }
}
