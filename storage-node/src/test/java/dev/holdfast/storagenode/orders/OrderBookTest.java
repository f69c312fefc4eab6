package dev.holdfast.storagenode.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.order.IssuedOrderLimit;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedOrderLimit;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.storagenode.disk.FolderDisk;
import dev.holdfast.storagenode.disk.ForgettingDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderBookTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final MacKey KEY = MacKey.of(1, new byte[32]);
  private static final Instant START = Instant.parse("2026-11-23T10:10:00Z");

  @TempDir private Path folder;
  private Instant now = START;
  private final InstantSource clock = () -> now;

  private OrderBook open() throws IOException {
    return OrderBook.open(new FolderDisk(folder), clock);
  }

  private IssuedOrderLimit issue(long ceiling) {
    OrderLimit terms =
        OrderLimit.terms(
            new SatelliteId(Bytes32.ZERO),
            1,
            SerialNumber.draw(now, RANDOM),
            now,
            now.plusSeconds(600),
            new NodeId(Bytes32.ZERO),
            PieceAction.GET,
            new PieceId(RootPieceId.random(RANDOM), 0),
            ceiling,
            ceiling,
            null,
            Bytes32.ZERO);
    return OrderChain.issue(terms, KEY, KEY);
  }

  private static Bytes32 preimage(IssuedOrderLimit issued, int depth) {
    return Bytes32.of(OrderChain.of(issued.limit().limit(), issued.seed()).preimage(depth));
  }

  private static void assertRefused(ErrorCode code, Runnable step) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void servesWhatIsPaidAndNoMoreAlsoAfterARestart() throws IOException {
    IssuedOrderLimit issued = issue(200_000);
    SignedOrderLimit limit = issued.limit();
    try (OrderBook book = open()) {
      assertRefused(ErrorCode.ORDER_TOO_SHALLOW, () -> book.charge(limit, 1, true));
      book.pay(limit, 1, preimage(issued, 1));
      book.charge(limit, 65_536, true);
      assertRefused(ErrorCode.ORDER_TOO_SHALLOW, () -> book.charge(limit, 1, true));
      assertRefused(ErrorCode.ORDER_INVALID, () -> book.pay(limit, 3, preimage(issued, 2)));
      book.pay(limit, 4, preimage(issued, 4));
      book.charge(limit, 100_000, true);
    }
    try (OrderBook book = open()) {
      book.pay(limit, 2, preimage(issued, 2));
      book.charge(limit, 34_464, true);
      assertRefused(ErrorCode.LIMIT_CEILING_EXCEEDED, () -> book.charge(limit, 1, true));
      SettledSession session = book.read(limit.limit().serial().window()).getFirst();
      assertThat(session.bytes()).isEqualTo(200_000);
      assertThat(session.depth()).isEqualTo(4);
      assertThat(OrderChain.verify(limit.limit(), 4, session.preimage().toByteArray())).isTrue();
    }
  }

  @Test
  void aPutLimitIsGoodForOnePutAlsoAfterARestart() throws IOException {
    SignedOrderLimit limit = issue(1_000).limit();
    try (OrderBook book = open()) {
      book.beginPut(limit);
      assertRefused(ErrorCode.LIMIT_ALREADY_USED, () -> book.beginPut(limit));
    }
    try (OrderBook book = open()) {
      assertRefused(ErrorCode.LIMIT_ALREADY_USED, () -> book.beginPut(limit));
    }
  }

  @Test
  void windowsCloseWhenTheirLimitsHaveExpiredAndAreDroppedOnce() throws IOException {
    try (OrderBook book = open()) {
      IssuedOrderLimit first = issue(1_000);
      IssuedOrderLimit second = issue(1_000);
      for (IssuedOrderLimit issued : List.of(first, second)) {
        book.pay(issued.limit(), 1, preimage(issued, 1));
        book.charge(issued.limit(), 10, true);
      }
      assertThat(book.closedWindows()).isEmpty();
      now = START.plusSeconds(3_600);
      long window = first.limit().limit().serial().window();
      assertThat(book.closedWindows()).containsExactly(window);
      assertThat(book.read(window))
          .hasSize(2)
          .isSortedAccordingTo(
              (a, b) -> a.limit().limit().serial().compareTo(b.limit().limit().serial()));
      book.drop(window);
      assertThat(book.closedWindows()).isEmpty();
    }
  }

  @Test
  void aFullDiskEndsPutsButNotReads() {
    ForgettingDisk disk = new ForgettingDisk(new Random(1));
    disk.capacityBytes(0);
    try (OrderBook book = OrderBook.open(disk, clock)) {
      IssuedOrderLimit get = issue(1_000);
      book.pay(get.limit(), 1, preimage(get, 1));
      book.charge(get.limit(), 600, true);
      assertRefused(ErrorCode.LIMIT_CEILING_EXCEEDED, () -> book.charge(get.limit(), 600, true));
      assertThat(book.failedAppends()).isPositive();
      IssuedOrderLimit put = issue(1_000);
      assertRefused(ErrorCode.STORAGE_FAILED, () -> book.beginPut(put.limit()));
    }
  }

  @Test
  void damageCostsLaterRecordsOnly() throws IOException {
    IssuedOrderLimit kept = issue(1_000);
    IssuedOrderLimit lost = issue(1_000);
    try (OrderBook book = open()) {
      book.beginPut(kept.limit());
      book.beginPut(lost.limit());
    }
    Path file = folder.resolve("orders-" + kept.limit().limit().serial().window() + ".log");
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(content.length() - 100);
      content.write(7);
    }
    try (OrderBook book = open()) {
      assertRefused(ErrorCode.LIMIT_ALREADY_USED, () -> book.beginPut(kept.limit()));
      book.beginPut(lost.limit());
      assertRefused(ErrorCode.LIMIT_ALREADY_USED, () -> book.beginPut(lost.limit()));
    }
    try (OrderBook book = open()) {
      assertRefused(ErrorCode.LIMIT_ALREADY_USED, () -> book.beginPut(lost.limit()));
    }
  }
}
