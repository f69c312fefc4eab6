package dev.holdfast.satellite.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeAddressTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:7777", "node.example.org:1", "[::1]:65535", "my_host-2:80"})
  void readsWhatItWrites(String text) {
    assertThat(NodeAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "host",
        "host:",
        ":80",
        "host:0",
        "host:65536",
        "::1:80",
        "ho st:80",
        "host:80/path",
        "host:-1",
        "a/b:80",
        "hôst:80"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> NodeAddress.parse(text));
  }

  @Test
  void refusesAnOverlongHost() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeAddress.parse("a".repeat(254) + ":80"));
  }
}
