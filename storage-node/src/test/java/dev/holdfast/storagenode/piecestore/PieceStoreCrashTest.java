package dev.holdfast.storagenode.piecestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.storagenode.disk.ForgettingDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories over a disk that forgets: whatever had a receipt and was not deleted is whole
 * after every crash; whatever was deleted stays deleted; the ledger equals the disk.
 */
class PieceStoreCrashTest {
  private static final Duration HOLD = Duration.ofMinutes(1);

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>(List.of(1L, 2L, 3L));
    Random fresh = new Random();
    for (int i = 0; i < 40; i++) {
      seeds.add(fresh.nextLong());
    }
    return seeds;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void losesNothingThatHadAReceipt(long seed) throws IOException {
    new History(seed).run(14);
  }

  @Test
  void givesNoReceiptAfterAFailedSyncAndGoesOnInAnotherLog() throws IOException {
    Random random = new Random(5);
    ForgettingDisk disk = new ForgettingDisk(random);
    try (PieceStore store = PieceStore.open(disk, config(), new TestClock(), random)) {
      TestPiece kept = TestPiece.random(random, 500, 500, 4);
      kept.store(store);
      TestPiece lost = TestPiece.random(random, 500, 500, 4);
      disk.failSyncs(true);
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> lost.store(store))
          .isInstanceOf(HoldfastException.class);
      assertThat(store.open(lost.id())).isNull();
      disk.failSyncs(false);
      TestPiece later = TestPiece.random(random, 500, 500, 4);
      later.store(store);
      assertThat(later.isWholeIn(store)).isTrue();
      assertThat(kept.isWholeIn(store)).isTrue();
    }
  }

  private static PieceStoreConfig config() {
    return new PieceStoreConfig(64L << 20, 0, 256 << 10, HOLD, 0, Duration.ZERO);
  }

  private static final class History {
    private final Random random;
    private final long seed;
    private final ForgettingDisk disk;
    private final TestClock clock = new TestClock();
    private final Map<PieceId, TestPiece> receipted = new HashMap<>();
    private final Map<PieceId, TestPiece> deleted = new HashMap<>();
    private long highestSequence;

    History(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.disk = new ForgettingDisk(random);
    }

    void run(int lives) throws IOException {
      for (int life = 0; life < lives; life++) {
        PieceStore store = PieceStore.open(disk, config(), clock, random);
        check(store);
        for (int step = random.nextInt(40); step > 0; step--) {
          step(store);
        }
        checkLedger(store);
        if (random.nextInt(4) == 0) {
          store.close();
        } else {
          leavePutsUnderWay(store);
        }
        disk.crash();
      }
      check(PieceStore.open(disk, config(), clock, random));
    }

    private void step(PieceStore store) throws IOException {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> put(store);
        case 4 -> leavePutsUnderWay(store);
        case 5, 6 -> delete(store);
        case 7 -> clock.advance(Duration.ofSeconds(random.nextInt(90)));
        case 8 -> store.maintenance().runOnce();
        default -> putAgain(store);
      }
    }

    private void put(PieceStore store) {
      TestPiece piece =
          TestPiece.random(random, shareBytes(), 1 + random.nextInt(700), 1 + random.nextInt(12));
      long sequence = piece.store(store).sequence();
      assertThat(sequence).isGreaterThan(highestSequence);
      highestSequence = sequence;
      receipted.put(piece.id(), piece);
    }

    /** Mostly small pieces, some of a size that goes straight to its log. */
    private int shareBytes() {
      return random.nextInt(5) == 0 ? 65_552 : 700;
    }

    private void putAgain(PieceStore store) {
      receipted.values().stream()
          .skip(random.nextInt(receipted.size() + 1))
          .findFirst()
          .ifPresent(piece -> highestSequence = piece.store(store).sequence());
    }

    private void leavePutsUnderWay(PieceStore store) {
      TestPiece piece = TestPiece.random(random, shareBytes(), 700, 1 + random.nextInt(12));
      PiecePut put = store.beginPut(piece.id(), piece.layout().shareBytes(), 1 << 20);
      int length = random.nextInt(piece.bytes().length + 1);
      put.write(java.nio.ByteBuffer.wrap(piece.bytes(), 0, length));
      if (random.nextBoolean()) {
        put.close();
      }
    }

    private void delete(PieceStore store) {
      List<TestPiece> chosen =
          receipted.values().stream().filter(_ -> random.nextInt(3) == 0).toList();
      assertThat(store.trash(chosen.stream().map(TestPiece::id).toList())).isEqualTo(chosen.size());
      chosen.forEach(piece -> deleted.put(piece.id(), receipted.remove(piece.id())));
    }

    private void check(PieceStore store) throws IOException {
      for (TestPiece piece : receipted.values()) {
        assertThat(piece.isWholeIn(store)).as("piece with a receipt, seed %d", seed).isTrue();
      }
      for (PieceId id : deleted.keySet()) {
        assertThat(store.open(id)).as("deleted piece, seed %d", seed).isNull();
      }
      checkLedger(store);
    }

    private void checkLedger(PieceStore store) {
      SpaceLedger space = store.space();
      assertThat(
              space.liveBytes()
                  + space.trashBytes()
                  + space.reclaimableBytes()
                  + space.overheadBytes())
          .isEqualTo(space.storedBytes());
      assertThat(disk.storedBytes(".log"))
          .isBetween(
              space.storedBytes() - space.reclaimableBytes(),
              space.storedBytes() + space.reservedBytes());
    }
  }
}
