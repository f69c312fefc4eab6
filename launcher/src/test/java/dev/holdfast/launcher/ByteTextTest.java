package dev.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteTextTest {
  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.00 kB",
    "99949,99.9 kB",
    "999600,1.00 MB",
    "5368709120,5.37 GB"
  })
  void threeDigits(long bytes, String text) {
    assertThat(ByteText.of(bytes)).isEqualTo(text);
  }
}
