package dev.holdfast.satellite.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyRangeTest {
  private static ByteString hex(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  @Test
  void theSuccessorIsTheFirstKeyWithoutThePrefix() {
    assertThat(KeyRange.successor(hex("0001"))).isEqualTo(hex("0002"));
    assertThat(KeyRange.successor(hex("00ff"))).isEqualTo(hex("01"));
    assertThat(KeyRange.successor(hex("7fff"))).isEqualTo(hex("80"));
    assertThat(KeyRange.successor(hex("ffff"))).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void belowLeavesOutTheObjectOfTheDirectorysOwnName() {
    KeyRange range = KeyRange.below(hex("000161"));
    assertThat(range.from()).isEqualTo(hex("00016100"));
    assertThat(range.to()).isEqualTo(hex("000162"));
    assertThat(range.startingAt(hex("000162")).isEmpty()).isTrue();
    assertThat(range.startingAt(hex("00"))).isEqualTo(range);
    assertThat(KeyRange.below(ByteString.EMPTY)).isEqualTo(KeyRange.ALL);
    assertThat(KeyRange.ALL.isEmpty()).isFalse();
  }
}
