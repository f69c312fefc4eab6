package dev.holdfast.storagenode.piecestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.PieceHasher;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.storagenode.disk.DiskFile;
import dev.holdfast.storagenode.disk.FolderDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bytes on disk stay what docs/specifications/piece-store.md says; the vector there is the log
 * that this store writes.
 */
class PieceStoreFormatTest {
  private static final Path VECTOR = Path.of("../docs/specifications/vectors/piece-store.txt");
  private static final PieceStoreConfig CONFIG =
      new PieceStoreConfig(1 << 20, 0, 1 << 16, Duration.ofMinutes(1), 0, Duration.ZERO);

  @TempDir private Path folder;

  private static byte[] counting(int length, int first) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  private static Bytes32 hash(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return Bytes32.of(bytes);
  }

  /** One piece of three shares, then its deletion. */
  private byte[] writeLog() throws IOException {
    RandomGenerator salts = () -> 0x0102030405060708L;
    FolderDisk disk = new FolderDisk(folder);
    PieceStore store = PieceStore.open(disk, CONFIG, new TestClock(), salts);
    PieceId id = new PieceId(RootPieceId.of(counting(16, 0x10)), 2);
    ShareLayout layout = new ShareLayout(HashAlgorithm.SHA_256, 32, 16, 3, 3);
    byte[] piece = counting(80, 0x40);
    PieceHasher hasher = new PieceHasher(HashAlgorithm.SHA_256, 32, 2);
    hasher.update(ByteBuffer.wrap(piece));
    Bytes32 root = Bytes32.of(hasher.root());
    List<Bytes32> leaves = hasher.leaves().stream().map(Bytes32::of).toList();
    try (PiecePut put = store.beginPut(id, 32, 80)) {
      put.write(ByteBuffer.wrap(piece));
      put.commit(
          layout,
          new PieceFacts(
              root,
              hash(0xaa),
              List.of(hash(0xbb)),
              leaves,
              hash(0xcc),
              Instant.parse("2030-01-01T00:00:00Z")));
    }
    assertThat(store.trash(List.of(id))).isEqualTo(1);
    byte[] log = Files.readAllBytes(folder.resolve("pieces-00000001-0102030405060708.log"));
    store.close();
    return log;
  }

  @Test
  void writesTheVectorByteForByte() throws IOException {
    String expected =
        Files.readAllLines(VECTOR).stream()
            .filter(line -> line.startsWith("log = "))
            .findFirst()
            .orElseThrow()
            .substring("log = ".length());
    assertThat(HexFormat.of().formatHex(writeLog())).isEqualTo(expected);
  }

  @Test
  void anyBytesInItsFilesLeadToMissingPiecesAndNeverToAFailure() throws IOException {
    byte[] log = writeLog();
    Path file = folder.resolve("pieces-00000001-0102030405060708.log");
    Files.delete(folder.resolve(Checkpoint.FILE_NAME));
    Random random = new Random(99);
    for (int round = 0; round < 400; round++) {
      byte[] damaged = log.clone();
      for (int i = 1 + random.nextInt(20); i > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length)));
      try {
        PieceStore store = PieceStore.open(new FolderDisk(folder), CONFIG, new TestClock(), random);
        store.space();
        store.close();
      } catch (HoldfastException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.VERSION_UNSUPPORTED);
      }
      try (var files = Files.list(folder)) {
        for (Path left : files.toList()) {
          Files.delete(left);
        }
      }
    }
  }

  @Test
  void refusesALogOfANewerVersion() throws IOException {
    writeLog();
    Path file = folder.resolve("pieces-00000001-0102030405060708.log");
    byte[] newer = Files.readAllBytes(file);
    newer[4] = 2;
    ByteBuffer.wrap(newer).putInt(60, LogFormat.crc(newer, 0, 60));
    Files.write(file, newer);
    assertThatThrownBy(
            () -> PieceStore.open(new FolderDisk(folder), CONFIG, new TestClock(), new Random(1)))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.VERSION_UNSUPPORTED))
        .hasMessageContaining("version 2");
  }

  @Test
  void aFrameInsideAPieceIsNotTakenForARecord() throws IOException {
    FolderDisk disk = new FolderDisk(folder);
    LogFormat.LogName name = new LogFormat.LogName(1, 77);
    byte[] foreign = new byte[LogFormat.FRAME_BYTES];
    LogFormat.putFrame(
        ByteBuffer.wrap(foreign), new LogFormat.LogName(1, 78), LogFormat.RegionKind.PIECE, 64, 64);
    byte[] moved = new byte[LogFormat.FRAME_BYTES];
    LogFormat.putFrame(ByteBuffer.wrap(moved), name, LogFormat.RegionKind.PIECE, 128, 64);
    assertThat(LogFormat.parseFrame(name, foreign, 0, 64)).isNull();
    assertThat(LogFormat.parseFrame(name, moved, 0, 64)).isNull();
    assertThat(LogFormat.parseFrame(name, moved, 0, 128)).isNotNull();
    try (DiskFile file = disk.create("other")) {
      assertThat(file.size()).isZero();
    }
  }
}
