package dev.holdfast.satellite.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedundancySchemeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 2/3/4/5",
    "5, 2/3/4/5",
    "6, 2/3/4/5",
    "7, 3/5/6/7",
    "10, 4/6/8/10",
    "109, 4/6/8/10",
    "110, 29/35/80/110"
  })
  void theDefaultGrowsWithTheNetwork(int nodes, String scheme) {
    assertThat(RedundancyScheme.forNodes(nodes).text()).isEqualTo(scheme);
  }

  @Test
  void textComesBack() {
    RedundancyScheme scheme = new RedundancyScheme(1, 4, 6, 8, 10);
    assertThat(RedundancyScheme.parse(scheme.text())).isEqualTo(scheme);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1/2/3", "a/b/c/d", "0/1/2/3", "3/2/4/5", "2/5/4/6", "2/3/5/4", "2/3/4/257"})
  void nonsenseIsRefused(String text) {
    assertThatThrownBy(() -> RedundancyScheme.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
