package dev.holdfast.storagenode.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.PieceHasher;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.wire.CheckInRequest;
import dev.holdfast.protocol.wire.CheckInResponse;
import dev.holdfast.protocol.wire.ConfirmPiecesRequest;
import dev.holdfast.protocol.wire.ConfirmPiecesResponse;
import dev.holdfast.protocol.wire.NodeKeys;
import dev.holdfast.protocol.wire.SettleOrdersRequest;
import dev.holdfast.protocol.wire.SettleOrdersResponse;
import dev.holdfast.storagenode.disk.FolderDisk;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.pieceservice.NodeKeyRing;
import dev.holdfast.storagenode.pieceservice.SatelliteClock;
import dev.holdfast.storagenode.piecestore.PieceFacts;
import dev.holdfast.storagenode.piecestore.PiecePut;
import dev.holdfast.storagenode.piecestore.PieceStore;
import dev.holdfast.storagenode.piecestore.PieceStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SatelliteContactTest {
  private static final Duration COMMIT_WINDOW = Duration.ofMinutes(5);

  @TempDir private Path folder;
  private volatile Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private final InstantSource clock = () -> now;
  private final Random random = new Random(3);
  private final FakeSatellite satellite = new FakeSatellite();
  private final NodeKeyRing keys = new NodeKeyRing();
  private final SatelliteClock satelliteClock = new SatelliteClock(clock);
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private PieceStore store;
  private OrderBook orders;

  @SuppressWarnings("NullAway.Init") // every test starts it
  private SatelliteContact contact;

  @SuppressWarnings("NullAway.Init")
  private Thread thread;

  /** Answers as told, remembers what it was asked. */
  private final class FakeSatellite implements SatelliteCalls {
    private final Queue<CheckInRequest> checkIns = new ConcurrentLinkedQueue<>();
    private final List<Integer> confirmed = new ArrayList<>();
    private final Set<PieceId> referenced = new HashSet<>();
    private volatile Duration ahead = Duration.ZERO;
    private volatile ErrorCode failure = ErrorCode.UNAVAILABLE;
    private volatile boolean fails;

    @Override
    public CheckInResponse checkIn(CheckInRequest request) {
      checkIns.add(request);
      if (fails) {
        throw new HoldfastException(failure, "told to fail");
      }
      return CheckInResponse.newBuilder()
          .setSatelliteTimeMillis(now.plus(ahead).toEpochMilli())
          .addKeys(
              NodeKeys.newBuilder()
                  .setEpoch(4)
                  .setLimitKey(ByteString.copyFrom(new byte[32]))
                  .setReceiptKey(ByteString.copyFrom(new byte[32])))
          .setStanding("online")
          .setCheckInIntervalMillis(500)
          .setCommitWindowMillis(COMMIT_WINDOW.toMillis())
          .build();
    }

    @Override
    public synchronized ConfirmPiecesResponse confirmPieces(ConfirmPiecesRequest request) {
      confirmed.add(request.getPieceIdsCount());
      ConfirmPiecesResponse.Builder response = ConfirmPiecesResponse.newBuilder();
      for (ByteString id : request.getPieceIdsList()) {
        response.addReferenced(referenced.contains(PieceId.of(id.toByteArray())));
      }
      return response.build();
    }

    synchronized int confirmedPieces() {
      return confirmed.stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public SettleOrdersResponse settleOrders(SettleOrdersRequest request) {
      return SettleOrdersResponse.getDefaultInstance();
    }
  }

  @BeforeEach
  void open() throws IOException {
    store =
        PieceStore.open(
            new FolderDisk(folder.resolve("pieces")),
            PieceStoreConfig.of(1L << 30, Duration.ofHours(1), 0),
            clock,
            random);
    orders = OrderBook.open(new FolderDisk(folder.resolve("orders")), clock);
  }

  private void startContact() throws IOException {
    contact =
        SatelliteContact.create(
            satellite,
            "127.0.0.1:7000",
            "1.2.3",
            () -> "the invitation",
            new FolderDisk(folder.resolve("state")),
            store,
            orders,
            keys,
            satelliteClock,
            clock,
            new SatelliteContact.Listener() {
              @Override
              public void checkedIn() {
                told.add("checked in");
              }

              @Override
              public void refusedToJoin(HoldfastException refusal) {
                told.add(refusal.code().stableName());
              }
            });
    thread = Thread.ofVirtual().start(contact);
  }

  @AfterEach
  void stop() throws Exception {
    contact.stop();
    contact.nudge();
    thread.join();
    orders.close();
    store.close();
  }

  private PieceId storePiece() {
    ShareLayout layout = new ShareLayout(HashAlgorithm.SHA_256, 64, 64, 1, 1);
    PieceId id = new PieceId(RootPieceId.random(new SecureRandom()), 0);
    PieceHasher hasher = new PieceHasher(HashAlgorithm.SHA_256, 64, 0);
    hasher.update(ByteBuffer.allocate(64));
    Bytes32 root = Bytes32.of(hasher.root());
    try (PiecePut put = store.beginPut(id, 64, 64)) {
      put.write(ByteBuffer.allocate(64));
      put.commit(layout, new PieceFacts(root, root, List.of(), List.of(root), Bytes32.ZERO, null));
    }
    return id;
  }

  @Test
  void bringsKeysTimeAndStandingAndReportsSpace() throws Exception {
    satellite.ahead = Duration.ofSeconds(42);
    storePiece();
    startContact();
    await().until(() -> told.contains("checked in"));
    assertThat(keys.isEmpty()).isFalse();
    assertThat(satelliteClock.satelliteIsAhead()).isEqualTo(Duration.ofSeconds(42));
    assertThat(contact.standing()).isNotNull();
    CheckInRequest request = satellite.checkIns.element();
    assertThat(request.getInvitation()).isEqualTo("the invitation");
    assertThat(request.getAdvertisedAddress()).isEqualTo("127.0.0.1:7000");
    assertThat(request.getAcceptsUploads()).isTrue();
    assertThat(request.getSpace().getUsedBytes()).isPositive();
    assertThat(request.getSpace().getAvailableBytes()).isPositive();
    await().until(() -> satellite.checkIns.size() > 1);
  }

  @Test
  void triesAgainAfterFailuresAndTellsOfARefusedInvitation() throws Exception {
    satellite.fails = true;
    startContact();
    await().until(() -> satellite.checkIns.size() > 1);
    assertThat(told).isEmpty();
    satellite.failure = ErrorCode.INVITATION_INVALID;
    await().until(() -> told.contains("invitation-invalid"));
    satellite.fails = false;
    await().until(() -> told.contains("checked in"));
  }

  @Test
  void asksOnceAboutEveryOldPieceAndTrashesWhatNobodyCounts() throws Exception {
    PieceId counted = storePiece();
    PieceId forgotten = storePiece();
    satellite.referenced.add(counted);
    now = now.plus(COMMIT_WINDOW).plusSeconds(2);
    PieceId young = storePiece();
    startContact();
    await().until(() -> store.space().pieces() == 2);
    await().until(() -> satellite.checkIns.size() > 2);
    assertThat(satellite.confirmedPieces()).isEqualTo(2);
    try (var gone = store.open(forgotten);
        var kept = store.open(counted);
        var unasked = store.open(young)) {
      assertThat(gone).isNull();
      assertThat(kept).isNotNull();
      assertThat(unasked).isNotNull();
    }
    contact.stop();
    contact.nudge();
    thread.join();
    startContact();
    int before = satellite.checkIns.size();
    await().until(() -> satellite.checkIns.size() > before + 1);
    assertThat(satellite.confirmedPieces()).isEqualTo(2);
  }
}
