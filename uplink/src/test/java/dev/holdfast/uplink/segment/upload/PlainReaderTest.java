package dev.holdfast.uplink.segment.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.uplink.segment.PlainSource;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainReaderTest {
  private static PlainSource source(byte[] plain, Random random) {
    int[] taken = new int[1];
    return (into, offset, length) -> {
      if (taken[0] == plain.length) {
        return -1;
      }
      int run = Math.min(1 + random.nextInt(length), plain.length - taken[0]);
      System.arraycopy(plain, taken[0], into, offset, run);
      taken[0] += run;
      return run;
    };
  }

  @Test
  void readsEveryLengthWhole() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int length :
        new int[] {0, 1, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, 900_000}) {
      byte[] plain = new byte[length];
      random.nextBytes(plain);
      PlainReader reader = new PlainReader(source(plain, random), 1 << 20);
      long bound = reader.lookAhead();
      if (length < 262_144) {
        assertThat(bound).as("short segments are known").isEqualTo(length);
      } else {
        assertThat(bound).isGreaterThanOrEqualTo(length);
      }
      byte[] all = new byte[length];
      byte[] buffer = new byte[100_000];
      int at = 0;
      for (int read = reader.read(buffer); read > 0; read = reader.read(buffer)) {
        System.arraycopy(buffer, 0, all, at, read);
        at += read;
      }
      assertThat(at).isEqualTo(length);
      assertThat(Arrays.equals(all, plain)).isTrue();
    }
  }

  @Test
  void takesNoMoreThanItMay() throws Exception {
    PlainReader reader = new PlainReader(source(new byte[10_000], new Random(1)), 4_000);
    assertThat(reader.lookAhead()).isEqualTo(4_000);
    assertThat(reader.read(new byte[10_000])).isEqualTo(4_000);
    assertThat(reader.read(new byte[10_000])).isZero();
  }
}
