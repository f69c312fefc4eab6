package dev.holdfast.satellite.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.satellite.nodes.PlacedPiece;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PieceListTest {
  @RepeatedTest(20)
  void anyListComesBackAscending() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<PlacedPiece> pieces = new ArrayList<>();
    for (int number = 0; number < 256; number++) {
      if (random.nextInt(3) > 0) {
        pieces.add(new PlacedPiece(number, 1 + random.nextInt(Integer.MAX_VALUE - 1)));
      }
    }
    List<PlacedPiece> shuffled = new ArrayList<>(pieces);
    Collections.shuffle(shuffled, random);
    assertThat(PieceList.decode(PieceList.encode(shuffled))).as("seed %d", seed).isEqualTo(pieces);
  }

  @Test
  void aPieceTakesAboutThreeBytes() {
    List<PlacedPiece> pieces = new ArrayList<>();
    for (int number = 0; number < 80; number++) {
      pieces.add(new PlacedPiece(number, 129 + number * 100));
    }
    assertThat(PieceList.encode(pieces)).hasSize(1 + 3 * 80);
  }

  @Test
  void theFormatIsFrozen() {
    byte[] bytes = PieceList.encode(List.of(new PlacedPiece(4, 300), new PlacedPiece(0, 5)));
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("01010504ac02");
  }

  @Test
  void doubledAndDamagedListsAreRefused() {
    assertThatThrownBy(
            () -> PieceList.encode(List.of(new PlacedPiece(1, 5), new PlacedPiece(1, 6))))
        .isInstanceOf(IllegalArgumentException.class);
    for (String damaged : List.of("02", "0101", "010185", "01ff7f05", "010100")) {
      assertThatThrownBy(() -> PieceList.decode(HexFormat.of().parseHex(damaged)))
          .as(damaged)
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
