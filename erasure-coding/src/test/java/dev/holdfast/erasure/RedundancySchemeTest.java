package dev.holdfast.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedundancySchemeTest {

  @ParameterizedTest
  @ValueSource(strings = {"1/1/1/1", "2/3/4/5", "4/6/8/10", "29/35/80/110", "256/256/256/256"})
  void textIsReadAndWrittenBack(String text) {
    assertThat(RedundancyScheme.parse(text)).hasToString(text);
  }

  @Test
  void partsAreInTheNamedOrder() {
    assertThat(RedundancyScheme.parse("4/6/8/10")).isEqualTo(new RedundancyScheme(4, 6, 8, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0/1/2/3", "4/3/8/10", "4/6/5/10", "4/6/8/7", "4/6/8/257", "0/0/0/0"})
  void countsOutOfOrderAreRefusedByName(String text) {
    assertThatThrownBy(() -> RedundancyScheme.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .hasMessageContaining("1 <= required <= repair <= optimal <= total <= 256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4",
        "4/6/8",
        "4/6/8/10/12",
        "-4/6/8/10",
        " 4/6/8/10",
        "4/6/8/1000",
        "a/b/c/d",
        "٤/6/8/10"
      })
  void otherTextIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> RedundancyScheme.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4/6/8/10");
  }

  @Test
  void idsOfCodesAreFrozen() {
    assertThat(RedundancyCode.REED_SOLOMON_MATRIX.id()).isEqualTo(1);
    assertThat(RedundancyCode.REED_SOLOMON_MATRIX.granuleBytes()).isEqualTo(16);
    assertThat(RedundancyCode.ofId(1)).isEqualTo(RedundancyCode.REED_SOLOMON_MATRIX);
    assertThatThrownBy(() -> RedundancyCode.ofId(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redundancy code 2");
  }
}
