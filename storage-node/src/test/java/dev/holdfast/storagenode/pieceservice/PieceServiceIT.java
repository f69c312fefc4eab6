package dev.holdfast.storagenode.pieceservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.order.IssuedOrderLimit;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.PieceReceipt;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedPieceReceipt;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.storagenode.disk.FolderDisk;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.orders.SettledSession;
import dev.holdfast.storagenode.piecestore.PieceStore;
import dev.holdfast.storagenode.piecestore.PieceStoreConfig;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The piece service over a real TLS socket, frame by frame: what it does and every refusal by its
 * name.
 */
class PieceServiceIT {
  private static final SecureRandom SECURE = new SecureRandom();
  private static final PeerIdentity NODE = PeerIdentity.generate(PeerRole.NODE, SECURE);
  private static final PeerIdentity SATELLITE = PeerIdentity.generate(PeerRole.SATELLITE, SECURE);
  private static final PeerIdentity OTHER = PeerIdentity.generate(PeerRole.SATELLITE, SECURE);
  private static final MacKey LIMIT_KEY = MacKey.of(3, new byte[32]);
  private static final MacKey RECEIPT_KEY =
      MacKey.of(3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  private static final MacKey SETTLEMENT_KEY = MacKey.of(3, new byte[40]);

  @TempDir private Path folder;
  private final Random random = new Random(7);
  private final InstantSource clock = InstantSource.system();
  private final RefusalCounters refusals = new RefusalCounters();
  private PieceStore store;
  private OrderBook orders;
  private PieceServer server;
  private FrameClient client;

  @BeforeEach
  void start() throws Exception {
    start(1L << 30, PieceServiceConfig.DEFAULT);
  }

  private void start(long capacity, PieceServiceConfig config) throws Exception {
    FolderDisk disk = new FolderDisk(folder);
    store =
        PieceStore.open(
            disk, PieceStoreConfig.of(capacity, Duration.ofMinutes(1), 0), clock, random);
    orders = OrderBook.open(disk, clock);
    NodeKeyRing keys = new NodeKeyRing();
    keys.replace(List.of(new NodeKeyRing.Keys(LIMIT_KEY, RECEIPT_KEY)));
    server =
        PieceServer.start(
            config,
            new InetSocketAddress("127.0.0.1", 0),
            NODE,
            NODE.issueTlsKey(clock, SECURE),
            SATELLITE.satelliteId(),
            keys,
            new SatelliteClock(clock),
            orders,
            store,
            refusals);
    client = new FrameClient(NODE.nodeId(), server.port(), null, null);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    orders.close();
    store.close();
  }

  private OrderLimit terms(PieceAction action, PieceId id, long ceiling, long pieceBytes) {
    Instant now = clock.instant();
    return OrderLimit.terms(
        SATELLITE.satelliteId(),
        3,
        SerialNumber.draw(now, SECURE),
        now,
        now.plusSeconds(600),
        NODE.nodeId(),
        action,
        id,
        ceiling,
        pieceBytes,
        null,
        Bytes32.ZERO);
  }

  private static IssuedOrderLimit issue(OrderLimit terms) {
    return OrderChain.issue(terms, SETTLEMENT_KEY, LIMIT_KEY);
  }

  private static Frame.Order order(int exchange, IssuedOrderLimit issued, int depth) {
    OrderChain chain = OrderChain.of(issued.limit().limit(), issued.seed());
    return new Frame.Order(exchange, depth, Bytes32.of(chain.preimage(depth)));
  }

  private static Frame.PutBegin begin(int exchange, IssuedOrderLimit issued, TestSegment segment) {
    return new Frame.PutBegin(
        exchange,
        issued.limit().serialized(),
        segment.layout().hash(),
        segment.layout().shareBytes());
  }

  private static Frame.ShareBytes bytes(int exchange, byte[] bytes, int from, int to) {
    return new Frame.ShareBytes(exchange, Unpooled.wrappedBuffer(bytes, from, to - from));
  }

  private static Frame.PutFinish finish(int exchange, TestSegment segment, int number) {
    return new Frame.PutFinish(
        exchange,
        segment.layout(),
        segment.segmentRoot(),
        segment.root(number),
        segment.tree().piecePath(number));
  }

  private PieceId id(int number) {
    return new PieceId(RootPieceId.random(SECURE), number);
  }

  private Frame put(int exchange, TestSegment segment, PieceId id) throws InterruptedException {
    return put(
        exchange,
        segment,
        id,
        issue(terms(PieceAction.PUT, id, segment.layout().pieceBytes() + 1_000, 0)));
  }

  private Frame put(int exchange, TestSegment segment, PieceId id, IssuedOrderLimit issued)
      throws InterruptedException {
    byte[] piece = segment.pieces().get(id.pieceNumber());
    client.send(
        begin(exchange, issued, segment),
        order(exchange, issued, issued.limit().limit().chainLength()));
    for (int at = 0; at < piece.length; at += 100_000) {
      client.send(bytes(exchange, piece, at, Math.min(piece.length, at + 100_000)));
    }
    client.send(finish(exchange, segment, id.pieceNumber()));
    return client.next();
  }

  private IssuedOrderLimit getLimit(TestSegment segment, PieceId id, PieceAction action) {
    long size = segment.layout().pieceBytes();
    return issue(terms(action, id, 2 * size, size));
  }

  private static Frame.Get get(
      int exchange,
      IssuedOrderLimit issued,
      @Nullable Integer depth,
      boolean proofs,
      ShareRange... ranges) {
    OrderChain chain = OrderChain.of(issued.limit().limit(), issued.seed());
    int deep = depth == null ? chain.length() : depth;
    return new Frame.Get(
        exchange,
        issued.limit().serialized(),
        deep,
        Bytes32.of(chain.preimage(deep)),
        List.of(ranges),
        proofs);
  }

  private void assertRefused(Frame frame, ErrorCode code) {
    assertThat(frame)
        .isInstanceOfSatisfying(
            Frame.Refused.class, r -> assertThat(r.code()).as(r.message()).isEqualTo(code));
    assertThat(refusals.of(code)).isPositive();
  }

  @Test
  void storesAPieceAndGivesItBackInRangesAndWithProofs() throws Exception {
    TestSegment segment = TestSegment.random(random, 65_552, 20_000, 9, 4);
    PieceId id = id(2);
    Frame answer = put(1, segment, id);
    assertThat(answer).isInstanceOf(Frame.Receipt.class);
    SignedPieceReceipt signed = SignedPieceReceipt.parse(((Frame.Receipt) answer).receipt());
    PieceReceipt receipt = signed.receipt();
    assertThat(signed.verify(RECEIPT_KEY)).isTrue();
    assertThat(receipt.pieceRoot()).isEqualTo(segment.root(2));
    assertThat(receipt.segmentRoot()).isEqualTo(segment.segmentRoot());
    assertThat(receipt.pieceBytes()).isEqualTo(segment.layout().pieceBytes());

    IssuedOrderLimit limit = getLimit(segment, id, PieceAction.GET);
    client.send(
        get(2, limit, null, false, new ShareRange(8, 0, 20_000), new ShareRange(0, 100, 65_000)));
    ByteArrayOutputStream ranges = new ByteArrayOutputStream();
    assertThat(client.nextAfterBytes(ranges)).isEqualTo(new Frame.Done(2));
    assertThat(Arrays.copyOf(ranges.toByteArray(), 20_000)).isEqualTo(segment.share(2, 8));
    assertThat(ranges.size()).isEqualTo(85_000);

    client.send(
        get(
            3,
            limit,
            null,
            true,
            ShareRange.whole(segment.layout(), 3),
            ShareRange.whole(segment.layout(), 8)));
    for (int stripe : new int[] {3, 8}) {
      ByteArrayOutputStream share = new ByteArrayOutputStream();
      Frame.Proof proof = (Frame.Proof) client.nextAfterBytes(share);
      assertThat(proof.layout()).isEqualTo(segment.layout());
      assertThat(
              SegmentTree.verifyShare(
                  segment.layout(),
                  2,
                  stripe,
                  share.toByteArray(),
                  proof.proof().leafPath(),
                  proof.proof().piecePath(),
                  segment.tree().segmentRoot()))
          .isTrue();
    }
    assertThat(client.next()).isEqualTo(new Frame.Done(3));
  }

  @Test
  void refusesEveryWrongLimitByItsName() throws Exception {
    TestSegment segment = TestSegment.random(random, 100, 50, 2, 3);
    PieceId id = id(1);
    OrderLimit good = terms(PieceAction.PUT, id, 1_000, 0);
    Instant now = clock.instant();
    byte[] altered = issue(good).limit().serialized();
    altered[150] ^= 1;
    client.send(new Frame.PutBegin(1, altered, segment.layout().hash(), 100));
    assertRefused(client.next(), ErrorCode.LIMIT_ALTERED);
    client.send(new Frame.PutBegin(2, new byte[9], segment.layout().hash(), 100));
    assertRefused(client.next(), ErrorCode.LIMIT_ALTERED);
    assertBeginRefused(
        3,
        copy(good, OTHER.satelliteId(), good.created(), good.expires(), 3),
        ErrorCode.LIMIT_FOREIGN_SATELLITE);
    assertBeginRefused(
        4,
        copy(good, good.satelliteId(), now.minusSeconds(60), now.minusSeconds(1), 3),
        ErrorCode.LIMIT_EXPIRED);
    assertBeginRefused(
        5,
        copy(good, good.satelliteId(), now.plusSeconds(900), now.plusSeconds(1_900), 3),
        ErrorCode.LIMIT_NOT_YET_VALID);
    OrderLimit foreign =
        OrderLimit.terms(
            good.satelliteId(),
            3,
            good.serial(),
            now,
            now.plusSeconds(60),
            PeerIdentity.generate(PeerRole.NODE, SECURE).nodeId(),
            PieceAction.PUT,
            id,
            1_000,
            0,
            null,
            Bytes32.ZERO);
    assertBeginRefused(6, foreign, ErrorCode.LIMIT_FOREIGN_NODE);
    assertBeginRefused(7, terms(PieceAction.GET, id, 1_000, 500), ErrorCode.LIMIT_WRONG_ACTION);
    OrderLimit epoch9 =
        OrderLimit.terms(
            good.satelliteId(),
            9,
            good.serial(),
            now,
            now.plusSeconds(60),
            NODE.nodeId(),
            PieceAction.PUT,
            id,
            1_000,
            0,
            null,
            Bytes32.ZERO);
    byte[] unknown =
        OrderChain.issue(epoch9, MacKey.of(9, new byte[32]), MacKey.of(9, new byte[32]))
            .limit()
            .serialized();
    client.send(new Frame.PutBegin(8, unknown, segment.layout().hash(), 100));
    assertRefused(client.next(), ErrorCode.LIMIT_UNKNOWN_EPOCH);
    assertThat(put(9, segment, id)).isInstanceOf(Frame.Receipt.class);
  }

  private static OrderLimit copy(
      OrderLimit limit, SatelliteId satellite, Instant created, Instant expires, int epoch) {
    return OrderLimit.terms(
        satellite,
        epoch,
        limit.serial(),
        created,
        expires,
        limit.nodeId(),
        limit.action(),
        limit.pieceId(),
        limit.ceilingBytes(),
        limit.pieceBytes(),
        limit.pieceExpires(),
        limit.ownerCommitment());
  }

  private void assertBeginRefused(int exchange, OrderLimit terms, ErrorCode code)
      throws InterruptedException {
    client.send(
        new Frame.PutBegin(
            exchange,
            issue(terms).limit().serialized(),
            dev.holdfast.protocol.segment.HashAlgorithm.SHA_256,
            100));
    assertRefused(client.next(), code);
  }

  @Test
  void refusesBytesThatAreNotPaidOrBeyondTheCeiling() throws Exception {
    TestSegment segment = TestSegment.random(random, 65_552, 65_552, 3, 2);
    PieceId id = id(0);
    byte[] piece = segment.pieces().get(0);
    IssuedOrderLimit issued = issue(terms(PieceAction.PUT, id, piece.length, 0));
    client.send(begin(1, issued, segment), order(1, issued, 1), bytes(1, piece, 0, 65_537));
    assertRefused(client.next(), ErrorCode.ORDER_TOO_SHALLOW);
    client.send(finish(1, segment, 0), new Frame.Cancel(1));
    assertThat(client.next()).isEqualTo(new Frame.Cancelled(1));
    assertThat(put(2, segment, id, issued))
        .satisfies(frame -> assertRefused(frame, ErrorCode.LIMIT_ALREADY_USED));
    IssuedOrderLimit small = issue(terms(PieceAction.PUT, id, piece.length - 1, 0));
    assertThat(put(3, segment, id, small))
        .satisfies(frame -> assertRefused(frame, ErrorCode.LIMIT_CEILING_EXCEEDED));
    IssuedOrderLimit forged = issue(terms(PieceAction.PUT, id, piece.length, 0));
    client.send(begin(4, forged, segment), new Frame.Order(4, 2, Bytes32.ZERO));
    assertRefused(client.next(), ErrorCode.ORDER_INVALID);
    assertThat(store.space().reservedBytes()).isZero();
    assertThat(store.space().liveBytes()).isZero();
  }

  @Test
  void refusesTruncatedAndAlteredPieces() throws Exception {
    TestSegment segment = TestSegment.random(random, 1_000, 700, 4, 3);
    PieceId id = id(1);
    byte[] piece = segment.pieces().get(1);
    IssuedOrderLimit cut = issue(terms(PieceAction.PUT, id, 10_000, 0));
    client.send(
        begin(1, cut, segment),
        order(1, cut, 1),
        bytes(1, piece, 0, piece.length - 1),
        finish(1, segment, 1));
    assertRefused(client.next(), ErrorCode.PIECE_TRUNCATED);
    IssuedOrderLimit more = issue(terms(PieceAction.PUT, id, 10_000, 0));
    client.send(
        begin(2, more, segment),
        order(2, more, 1),
        bytes(2, piece, 0, piece.length),
        bytes(2, piece, 0, 5),
        finish(2, segment, 1));
    assertRefused(client.next(), ErrorCode.SIZES_DISAGREE);
    byte[] altered = piece.clone();
    altered[2_500] ^= 1;
    IssuedOrderLimit other = issue(terms(PieceAction.PUT, id, 10_000, 0));
    client.send(
        begin(3, other, segment),
        order(3, other, 1),
        bytes(3, altered, 0, piece.length),
        finish(3, segment, 1));
    assertRefused(client.next(), ErrorCode.PIECE_ALTERED);
    IssuedOrderLimit path = issue(terms(PieceAction.PUT, id, 10_000, 0));
    client.send(
        begin(4, path, segment),
        order(4, path, 1),
        bytes(4, piece, 0, piece.length),
        new Frame.PutFinish(
            4, segment.layout(), Bytes32.ZERO, segment.root(1), segment.tree().piecePath(1)));
    assertRefused(client.next(), ErrorCode.PIECE_ALTERED);
    assertThat(put(5, segment, id)).isInstanceOf(Frame.Receipt.class);
    TestSegment second = TestSegment.random(random, 1_000, 700, 4, 3);
    assertRefused(put(6, second, id), ErrorCode.PIECE_EXISTS_WITH_OTHER_ROOT);
    assertThat(put(7, segment, id)).isInstanceOf(Frame.Receipt.class);
  }

  @Test
  void aSessionServesUpToItsCeilingOverConnectionsAndRestarts() throws Exception {
    TestSegment segment = TestSegment.random(random, 65_552, 65_552, 2, 2);
    PieceId id = id(0);
    put(1, segment, id);
    IssuedOrderLimit limit = getLimit(segment, id, PieceAction.GET);
    ShareRange share = ShareRange.whole(segment.layout(), 0);
    for (int i = 0; i < 3; i++) {
      client.send(get(2 + i, limit, null, false, share));
      assertThat(client.nextAfterBytes(new ByteArrayOutputStream()))
          .isEqualTo(new Frame.Done(2 + i));
    }
    IssuedOrderLimit shallow = getLimit(segment, id, PieceAction.GET);
    client.send(get(8, shallow, 1, false, share));
    assertRefused(client.next(), ErrorCode.ORDER_TOO_SHALLOW);
    stop();
    start();
    client.send(get(9, limit, null, false, share));
    assertThat(client.nextAfterBytes(new ByteArrayOutputStream())).isEqualTo(new Frame.Done(9));
    client.send(get(10, limit, null, false, new ShareRange(0, 0, 1)));
    assertRefused(client.next(), ErrorCode.LIMIT_CEILING_EXCEEDED);
    List<SettledSession> sessions = orders.read(limit.limit().limit().serial().window());
    assertThat(sessions).anySatisfy(session -> assertThat(session.bytes()).isEqualTo(4 * 65_552L));
  }

  @Test
  void refusesWrongRangesAndUnknownPieces() throws Exception {
    TestSegment segment = TestSegment.random(random, 1_000, 700, 4, 3);
    PieceId id = id(1);
    IssuedOrderLimit limit = getLimit(segment, id, PieceAction.GET);
    client.send(get(1, limit, null, false, new ShareRange(0, 0, 1)));
    assertRefused(client.next(), ErrorCode.PIECE_NOT_FOUND);
    put(2, segment, id);
    client.send(get(3, limit, null, false, new ShareRange(3, 0, 701)));
    assertRefused(client.next(), ErrorCode.RANGE_INVALID);
    client.send(get(4, limit, null, true, new ShareRange(0, 0, 10)));
    assertRefused(client.next(), ErrorCode.RANGE_INVALID);
    client.send(
        get(
            5,
            issue(terms(PieceAction.GET, id, 5_000, 1_234)),
            null,
            false,
            new ShareRange(0, 0, 1)));
    assertRefused(client.next(), ErrorCode.SIZES_DISAGREE);
    client.send(get(6, limit, null, false, new ShareRange(0, 0, 1)));
    assertThat(client.nextAfterBytes(new ByteArrayOutputStream())).isEqualTo(new Frame.Done(6));
  }

  @Test
  void deletesAndListsForItsSatelliteOnly() throws Exception {
    TestSegment segment = TestSegment.random(random, 1_000, 700, 4, 3);
    PieceId first = id(0);
    PieceId second = id(1);
    put(1, segment, first);
    put(2, segment, second);
    client.send(new Frame.Delete(3, List.of(first)));
    assertRefused(client.next(), ErrorCode.PEER_NOT_AUTHORIZED);
    client.send(new Frame.ListPieces(4, null, 10));
    assertRefused(client.next(), ErrorCode.PEER_NOT_AUTHORIZED);
    try (FrameClient other =
        new FrameClient(NODE.nodeId(), server.port(), OTHER, OTHER.issueTlsKey(clock, SECURE))) {
      other.send(new Frame.Delete(1, List.of(first)));
      assertRefused(other.next(), ErrorCode.PEER_NOT_AUTHORIZED);
    }
    try (FrameClient satellite =
        new FrameClient(
            NODE.nodeId(), server.port(), SATELLITE, SATELLITE.issueTlsKey(clock, SECURE))) {
      satellite.send(new Frame.ListPieces(1, null, 1));
      Frame.Pieces page = (Frame.Pieces) satellite.next();
      assertThat(page.more()).isTrue();
      assertThat(page.pieces()).hasSize(1);
      satellite.send(new Frame.Delete(2, List.of(first, id(2))));
      assertThat(satellite.next()).isEqualTo(new Frame.Deleted(2, 1));
      satellite.send(new Frame.ListPieces(3, null, 10));
      assertThat(((Frame.Pieces) satellite.next()).pieces())
          .singleElement()
          .satisfies(p -> assertThat(p.pieceId()).isEqualTo(second));
    }
    client.send(
        get(9, getLimit(segment, first, PieceAction.GET), null, false, new ShareRange(0, 0, 1)));
    assertRefused(client.next(), ErrorCode.PIECE_NOT_FOUND);
  }

  @Test
  void cancelledAndBrokenPutsLeaveNothing() throws Exception {
    TestSegment segment = TestSegment.random(random, 65_552, 65_552, 10, 2);
    PieceId id = id(0);
    byte[] piece = segment.pieces().get(0);
    IssuedOrderLimit issued = issue(terms(PieceAction.PUT, id, piece.length, 0));
    client.send(
        begin(1, issued, segment),
        order(1, issued, 10),
        bytes(1, piece, 0, 200_000),
        bytes(1, piece, 200_000, 400_000));
    client.send(new Frame.Cancel(1));
    assertThat(client.next()).isEqualTo(new Frame.Cancelled(1));
    assertThat(store.space().reservedBytes()).isZero();
    client.send(new Frame.Cancel(77));
    assertThat(client.next()).isEqualTo(new Frame.Cancelled(77));
    IssuedOrderLimit second = issue(terms(PieceAction.PUT, id, piece.length, 0));
    client.send(
        begin(2, second, segment),
        order(2, second, 10),
        bytes(2, piece, 0, 200_000),
        bytes(2, piece, 200_000, 400_000));
    await().until(() -> store.space().reservedBytes() > 0);
    var _ = client.channel().close();
    await().until(() -> store.space().reservedBytes() == 0);
    assertThat(store.space().liveBytes()).isZero();
  }

  @Test
  void servesDamagedBytesSoThatTheProofConvictsIt() throws Exception {
    TestSegment segment = TestSegment.random(random, 65_552, 20_000, 5, 4);
    PieceId id = id(2);
    put(1, segment, id);
    overwriteLogs(1_000 + 2 * 65_552, 100);
    client.send(
        get(
            2,
            getLimit(segment, id, PieceAction.GET_AUDIT),
            null,
            true,
            ShareRange.whole(segment.layout(), 2)));
    ByteArrayOutputStream share = new ByteArrayOutputStream();
    Frame.Proof proof = (Frame.Proof) client.nextAfterBytes(share);
    assertThat(client.next()).isEqualTo(new Frame.Done(2));
    assertThat(
            SegmentTree.verifyShare(
                segment.layout(),
                2,
                2,
                share.toByteArray(),
                proof.proof().leafPath(),
                proof.proof().piecePath(),
                segment.tree().segmentRoot()))
        .isFalse();
    overwriteLogs(0, 1 << 20);
    client.send(
        get(
            3,
            getLimit(segment, id, PieceAction.GET_AUDIT),
            null,
            true,
            ShareRange.whole(segment.layout(), 2)));
    assertRefused(client.next(), ErrorCode.PIECE_NOT_FOUND);
    PieceId next = id(0);
    assertThat(put(4, segment, next)).isInstanceOf(Frame.Receipt.class);
  }

  private void overwriteLogs(long from, int length) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(name -> name.toString().contains("pieces-")).toList()) {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
          content.seek(from);
          byte[] noise = new byte[(int) Math.min(length, Math.max(0, content.length() - from))];
          random.nextBytes(noise);
          content.write(noise);
        }
      }
    }
  }

  @Test
  void refusesPutsWhenFullAndTimesOutIdleOnes() throws Exception {
    stop();
    start(
        2_000_000,
        new PieceServiceConfig(10, 1 << 20, Duration.ofMillis(300), Duration.ofMinutes(1), 1));
    TestSegment segment = TestSegment.random(random, 65_552, 65_552, 10, 2);
    PieceId id = id(0);
    IssuedOrderLimit large = issue(terms(PieceAction.PUT, id, 3_000_000, 0));
    client.send(begin(1, large, segment));
    assertRefused(client.next(), ErrorCode.NODE_FULL);
    IssuedOrderLimit idle = issue(terms(PieceAction.PUT, id, 300_000, 0));
    client.send(begin(2, idle, segment));
    assertRefused(client.next(), ErrorCode.TIMED_OUT);
    await().until(() -> store.space().reservedBytes() == 0);
  }

  @Test
  void closesConnectionsThatDoNotSpeakFrames() throws Exception {
    client.channel().pipeline().remove(dev.holdfast.protocol.frame.FrameEncoder.class);
    var _ =
        client
            .channel()
            .writeAndFlush(Unpooled.wrappedBuffer(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0, 0}));
    await().until(() -> !client.channel().isActive());
    assertThat(refusals.of(ErrorCode.FRAME_INVALID)).isPositive();
  }
}
