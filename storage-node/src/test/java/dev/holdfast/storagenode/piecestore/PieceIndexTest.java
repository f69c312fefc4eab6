package dev.holdfast.storagenode.piecestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table against a map, through growth, replacement and deletion in long probe runs. */
class PieceIndexTest {
  @Test
  void holdsWhatAMapHolds() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Map<PieceId, PieceEntry> expected = new HashMap<>();
    List<PieceId> ids = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      // Few distinct roots make many neighbours that differ in the number only.
      ids.add(
          new PieceId(
              new RootPieceId(random.nextInt(50), random.nextLong() & 7), random.nextInt(256)));
    }
    try (PieceIndex index = new PieceIndex(seed)) {
      for (int step = 0; step < 60_000; step++) {
        PieceId id = ids.get(random.nextInt(ids.size()));
        if (random.nextInt(5) < 3) {
          PieceEntry entry = entry(random, id);
          expected.put(id, entry);
          index.put(entry);
        } else {
          assertThat(index.remove(id)).isEqualTo(expected.remove(id) != null);
        }
        PieceId asked = ids.get(random.nextInt(ids.size()));
        assertThat(index.get(asked))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(expected.get(asked));
      }
      assertThat(index.size()).isEqualTo(expected.size());
      Map<PieceId, PieceEntry> visited = new HashMap<>();
      index.forEachSlot(slot -> {
        ByteBuffer copy = ByteBuffer.allocate(PieceIndex.SLOT_BYTES);
        index.copySlot(slot, copy);
        PieceEntry entry = PieceIndex.readSlot(copy.flip());
        assertThat(entry).isEqualTo(index.entryAt(slot));
        visited.put(entry.id(), entry);
      });
      assertThat(visited).as("seed %d", seed).isEqualTo(expected);
    }
  }

  private static PieceEntry entry(Random random, PieceId id) {
    return new PieceEntry(
        id,
        PieceEntry.State.ofId(1 + random.nextInt(3)),
        random.nextBoolean(),
        random.nextInt(Integer.MAX_VALUE),
        (long) random.nextInt(Integer.MAX_VALUE) * LogFormat.ALIGNMENT,
        random.nextInt(Integer.MAX_VALUE),
        random.nextInt(Integer.MAX_VALUE),
        random.nextLong() >>> 1,
        random.nextLong() >>> 1,
        random.nextLong() >>> 1,
        random.nextInt(Integer.MAX_VALUE));
  }
}
