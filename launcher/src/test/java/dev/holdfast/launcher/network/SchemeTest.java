package dev.holdfast.launcher.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.launcher.CommandFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemeTest {
  @ParameterizedTest
  @CsvSource({
    "5,2/3/4/5",
    "6,2/3/4/5",
    "7,3/5/6/7",
    "9,3/5/6/7",
    "10,4/6/8/10",
    "109,4/6/8/10",
    "110,29/35/80/110"
  })
  void defaultsFollowTheTable(int nodes, String scheme) {
    assertThat(Scheme.forNodes(nodes)).hasToString(scheme);
    assertThat(Scheme.parse(scheme)).isEqualTo(Scheme.forNodes(nodes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4",
        "4/6/8",
        "4/6/8/10/12",
        "0/1/1/1",
        "5/4/8/10",
        "4/6/11/10",
        "4/6/8/257",
        "a/b/c/d"
      })
  void refusesWhatIsNoScheme(String text) {
    assertThatThrownBy(() -> Scheme.parse(text))
        .isInstanceOf(CommandFailure.class)
        .extracting(e -> ((CommandFailure) e).exitCode())
        .isEqualTo(CommandFailure.USAGE);
  }

  @Test
  void tooFewNodesNameTheWayOut() {
    assertThatThrownBy(() -> Scheme.forNodes(4))
        .hasMessageContaining("4 nodes")
        .hasMessageContaining("--scheme");
  }
}
