package dev.holdfast.storagenode.piecestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.storagenode.disk.FolderDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceStoreTest {
  private static final Duration HOLD = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private final TestClock clock = new TestClock();
  private final Random random = new Random(42);

  private PieceStore open() throws IOException {
    return open(64L << 20, 0);
  }

  private PieceStore open(long capacityBytes, long dailyCapBytes) throws IOException {
    PieceStoreConfig config =
        new PieceStoreConfig(capacityBytes, 0, 1 << 20, HOLD, dailyCapBytes, Duration.ZERO);
    return PieceStore.open(new FolderDisk(folder), config, clock, random);
  }

  private long diskBytes(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private void damage(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(name -> name.toString().endsWith(suffix)).toList()) {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
          byte[] bytes = new byte[(int) content.length()];
          content.readFully(bytes);
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= (byte) 0x5A;
          }
          content.seek(0);
          content.write(bytes);
        }
      }
    }
  }

  private List<TestPiece> fill(PieceStore store, int count) {
    List<TestPiece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestPiece piece =
          TestPiece.random(random, 4_096, 1 + random.nextInt(4_096), 1 + random.nextInt(20));
      piece.store(store);
      pieces.add(piece);
    }
    return pieces;
  }

  private static void settle(PieceStore store) throws IOException {
    while (store.maintenance().runOnce().isBusy()) {
      // one log a step
    }
  }

  @Test
  void givesBackWhatWasStoredAfterCloseAndAfterLossOfItsIndex() throws IOException {
    List<TestPiece> pieces;
    long highest;
    try (PieceStore store = open()) {
      pieces = fill(store, 60);
      highest = pieces.getLast().store(store).sequence();
    }
    try (PieceStore store = open()) {
      for (TestPiece piece : pieces) {
        assertThat(piece.isWholeIn(store)).isTrue();
      }
    }
    Files.delete(folder.resolve(Checkpoint.FILE_NAME));
    try (PieceStore store = open()) {
      for (TestPiece piece : pieces) {
        assertThat(piece.isWholeIn(store)).isTrue();
      }
      assertThat(store.space().pieces()).isEqualTo(60);
      assertThat(fillOne(store).sequence()).isGreaterThan(highest);
    }
    damage(Checkpoint.FILE_NAME);
    try (PieceStore store = open()) {
      for (TestPiece piece : pieces) {
        assertThat(piece.isWholeIn(store)).isTrue();
      }
    }
  }

  private PieceHeader fillOne(PieceStore store) {
    return TestPiece.random(random, 100, 100, 1).store(store);
  }

  @Test
  void interleavesManyPutsAndAbortsInOneLog() throws Exception {
    try (PieceStore store = open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<TestPiece>>> results = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        long seed = random.nextLong();
        results.add(threads.submit(() -> putAndAbort(store, new Random(seed))));
      }
      for (Future<List<TestPiece>> result : results) {
        for (TestPiece piece : result.get()) {
          assertThat(piece.isWholeIn(store)).isTrue();
        }
      }
      assertThat(store.space().reservedBytes()).isZero();
    }
  }

  private static List<TestPiece> putAndAbort(PieceStore store, Random random) {
    List<TestPiece> kept = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestPiece piece = TestPiece.random(random, 1_000, 500, 1 + random.nextInt(8));
      try (PiecePut put = store.beginPut(piece.id(), piece.layout().shareBytes(), 1 << 20)) {
        ByteBuffer bytes = ByteBuffer.wrap(piece.bytes());
        while (bytes.hasRemaining()) {
          int run = Math.min(bytes.remaining(), 1 + random.nextInt(700));
          put.write(bytes.slice(bytes.position(), run));
          bytes.position(bytes.position() + run);
        }
        if (random.nextInt(3) > 0) {
          put.commit(piece.layout(), piece.facts());
          kept.add(piece);
        }
      }
    }
    return kept;
  }

  @Test
  void anAbortedPutLeavesNothingAndFreesItsSpace() throws IOException {
    try (PieceStore store = open()) {
      fill(store, 3);
      SpaceLedger before = store.space();
      TestPiece piece = TestPiece.random(random, 4_096, 4_096, 10);
      try (PiecePut put = store.beginPut(piece.id(), piece.layout().shareBytes(), 1 << 20)) {
        put.write(ByteBuffer.wrap(piece.bytes()));
        assertThat(store.space().reservedBytes()).isPositive();
      }
      assertThat(store.open(piece.id())).isNull();
      assertThat(store.space())
          .isEqualTo(
              new SpaceLedger(
                  before.capacityBytes(),
                  before.storedBytes(),
                  before.liveBytes(),
                  0,
                  0,
                  0,
                  before.overheadBytes(),
                  store.space().availableBytes(),
                  3));
    }
  }

  @Test
  void refusesOtherBytesUnderAStoredIdAndKeepsTheSameOnes() throws IOException {
    try (PieceStore store = open()) {
      TestPiece piece = TestPiece.random(random, 100, 50, 3);
      long first = piece.store(store).sequence();
      PieceHeader again = piece.store(store);
      assertThat(again.sequence()).isGreaterThan(first);
      TestPiece other = TestPiece.of(random, piece.id(), piece.layout(), new byte[250], null);
      assertThatThrownBy(() -> other.store(store))
          .isInstanceOfSatisfying(
              HoldfastException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.PIECE_EXISTS_WITH_OTHER_ROOT));
      assertThat(piece.isWholeIn(store)).isTrue();
    }
  }

  @Test
  void storesAgainWhatWasDamagedMeanwhile() throws IOException {
    try (PieceStore store = open()) {
      TestPiece piece = TestPiece.random(random, 100, 50, 3);
      piece.store(store);
      damage(".log");
      assertThat(piece.isWholeIn(store)).isFalse();
      piece.store(store);
      assertThat(piece.isWholeIn(store)).isTrue();
    }
  }

  @Test
  void deletedPiecesGoThroughTrashAndTheirDiskComesBack() throws IOException {
    try (PieceStore store = open()) {
      List<TestPiece> pieces = fill(store, 200);
      long peak = diskBytes(".log");
      List<PieceId> deleted = pieces.stream().skip(5).map(TestPiece::id).toList();
      assertThat(store.trash(deleted)).isEqualTo(195);
      assertThat(store.trash(deleted)).isZero();
      settle(store);
      assertThat(store.space().trashBytes()).isPositive();
      assertThat(diskBytes(".log")).isGreaterThanOrEqualTo(peak);
      clock.advance(HOLD);
      settle(store);
      assertThat(diskBytes(".log")).isLessThan(peak / 10);
      assertThat(store.space().trashBytes()).isZero();
      for (TestPiece kept : pieces.subList(0, 5)) {
        assertThat(kept.isWholeIn(store)).isTrue();
      }
    }
    Files.deleteIfExists(folder.resolve(Checkpoint.FILE_NAME));
    try (PieceStore store = open()) {
      assertThat(store.space().pieces()).isEqualTo(5);
    }
  }

  @Test
  void theDailyCapHoldsTrashBackButRefusesNothing() throws IOException {
    long cap = 100_000;
    try (PieceStore store = open(64L << 20, cap)) {
      List<TestPiece> pieces = fill(store, 30);
      store.trash(pieces.stream().map(TestPiece::id).toList());
      long trash = store.space().trashBytes();
      assertThat(trash).isGreaterThan(2 * cap);
      clock.advance(HOLD);
      settle(store);
      assertThat(trash - store.space().trashBytes()).isPositive().isLessThanOrEqualTo(cap);
    }
    try (PieceStore store = open(64L << 20, cap)) {
      long trash = store.space().trashBytes();
      settle(store);
      assertThat(store.space().trashBytes()).isEqualTo(trash);
      clock.advance(Duration.ofDays(1));
      settle(store);
      assertThat(trash - store.space().trashBytes()).isPositive().isLessThanOrEqualTo(cap);
    }
  }

  @Test
  void expiredPiecesAreGone() throws IOException {
    try (PieceStore store = open()) {
      TestPiece piece = TestPiece.random(random, 4_096, 100, 30, clock.instant().plusSeconds(60));
      piece.store(store);
      assertThat(piece.isWholeIn(store)).isTrue();
      clock.advance(Duration.ofMinutes(2));
      assertThat(store.open(piece.id())).isNull();
      settle(store);
      assertThat(store.space().liveBytes()).isZero();
      assertThat(diskBytes(".log")).isLessThan(1_000);
    }
  }

  @Test
  void refusesUploadsBeforeItsSpaceIsUsedUp() throws IOException {
    try (PieceStore store = open(1 << 20, 0)) {
      assertThatThrownBy(() -> fill(store, 1_000))
          .isInstanceOfSatisfying(
              HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_FULL));
      assertThat(diskBytes(".log")).isLessThanOrEqualTo(1 << 20);
    }
  }

  @Test
  void surfacesDamageOfEveryByteAsMissingPiecesOnly() throws IOException {
    try (PieceStore store = open()) {
      List<TestPiece> pieces = fill(store, 50);
      damage(".log");
      for (TestPiece piece : pieces) {
        assertThat(store.open(piece.id())).isNull();
      }
      TestPiece fresh = TestPiece.random(random, 500, 500, 4);
      fresh.store(store);
      assertThat(fresh.isWholeIn(store)).isTrue();
      store.trash(pieces.stream().map(TestPiece::id).limit(40).toList());
      clock.advance(HOLD);
      settle(store);
      assertThat(fresh.isWholeIn(store)).isTrue();
      assertThat(store.maintenance().runOnce().lostPieces()).isPositive();
    }
    damage(".log");
    damage(Checkpoint.FILE_NAME);
    try (PieceStore store = open()) {
      TestPiece fresh = TestPiece.random(random, 500, 500, 4);
      fresh.store(store);
      assertThat(fresh.isWholeIn(store)).isTrue();
    }
  }

  @Test
  void aDamagedRecordCostsNoOtherRecordWhenTheIndexIsRebuilt() throws IOException {
    List<TestPiece> pieces;
    try (PieceStore store = open()) {
      pieces = fill(store, 12);
    }
    Files.delete(folder.resolve(Checkpoint.FILE_NAME));
    Path log;
    try (Stream<Path> files = Files.list(folder)) {
      log = files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
    try (RandomAccessFile content = new RandomAccessFile(log.toFile(), "rw")) {
      content.seek(LogFormat.HEADER_BYTES);
      content.write(new byte[LogFormat.FRAME_BYTES + 20]);
    }
    try (PieceStore store = open()) {
      assertThat(pieces.getFirst().isWholeIn(store)).isFalse();
      for (TestPiece piece : pieces.subList(1, 12)) {
        assertThat(piece.isWholeIn(store)).isTrue();
      }
    }
  }

  @Test
  void listsInTheOrderOfIdsPageByPage() throws IOException {
    try (PieceStore store = open()) {
      List<TestPiece> pieces = fill(store, 55);
      store.trash(List.of(pieces.getFirst().id()));
      List<PieceId> listed = new ArrayList<>();
      List<PieceStore.ListedPiece> page = store.list(null, 10);
      while (!page.isEmpty()) {
        page.forEach(piece -> listed.add(piece.id()));
        page = store.list(page.getLast().id(), 10);
      }
      assertThat(listed).isSorted().hasSize(54);
      clock.advance(Duration.ofSeconds(5));
      List<PieceStore.ListedPiece> unasked = store.receivedBefore(clock.instant(), 0, 100);
      assertThat(unasked)
          .hasSize(54)
          .isSortedAccordingTo((a, b) -> Long.compare(a.sequence(), b.sequence()));
      assertThat(store.receivedBefore(clock.instant(), unasked.get(9).sequence(), 100)).hasSize(44);
    }
  }
}
