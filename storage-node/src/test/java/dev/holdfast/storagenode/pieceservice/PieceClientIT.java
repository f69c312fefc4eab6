package dev.holdfast.storagenode.pieceservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.piececlient.FetchedShare;
import dev.holdfast.piececlient.LimitSession;
import dev.holdfast.piececlient.NodeTarget;
import dev.holdfast.piececlient.PieceClient;
import dev.holdfast.piececlient.PieceClientConfig;
import dev.holdfast.piececlient.PieceConnections;
import dev.holdfast.piececlient.PieceUpload;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.PeerIdentity;
import dev.holdfast.protocol.identity.PeerRole;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.order.IssuedOrderLimit;
import dev.holdfast.protocol.order.OrderChain;
import dev.holdfast.protocol.order.OrderLimit;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.SerialNumber;
import dev.holdfast.protocol.order.SignedPieceReceipt;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.storagenode.disk.FolderDisk;
import dev.holdfast.storagenode.orders.OrderBook;
import dev.holdfast.storagenode.piecestore.PieceStore;
import dev.holdfast.storagenode.piecestore.PieceStoreConfig;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client that uplinks and the satellite use against the real service. */
class PieceClientIT {
  private static final SecureRandom SECURE = new SecureRandom();
  private static final PeerIdentity NODE = PeerIdentity.generate(PeerRole.NODE, SECURE);
  private static final PeerIdentity SATELLITE = PeerIdentity.generate(PeerRole.SATELLITE, SECURE);
  private static final MacKey KEY = MacKey.of(1, new byte[32]);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final Random random = new Random(11);
  private final InstantSource clock = InstantSource.system();
  private PieceStore store;
  private OrderBook orders;
  private PieceServer server;
  private PieceConnections connections;
  private PieceClient client;
  private NodeTarget target;

  @BeforeEach
  void start() throws Exception {
    FolderDisk disk = new FolderDisk(folder);
    store =
        PieceStore.open(
            disk, PieceStoreConfig.of(4L << 30, Duration.ofMinutes(1), 0), clock, random);
    orders = OrderBook.open(disk, clock);
    NodeKeyRing keys = new NodeKeyRing();
    keys.replace(List.of(new NodeKeyRing.Keys(KEY, KEY)));
    server =
        PieceServer.start(
            PieceServiceConfig.DEFAULT,
            new InetSocketAddress("127.0.0.1", 0),
            NODE,
            NODE.issueTlsKey(clock, SECURE),
            SATELLITE.satelliteId(),
            keys,
            new SatelliteClock(clock),
            orders,
            store,
            new RefusalCounters());
    target = new NodeTarget(NODE.nodeId(), "127.0.0.1", server.port());
    connections =
        new PieceConnections(
            PieceClientConfig.DEFAULT,
            PeerTls.client(SATELLITE, SATELLITE.issueTlsKey(clock, SECURE)),
            clock,
            System::nanoTime);
    client = new PieceClient(connections);
  }

  @AfterEach
  void stop() throws Exception {
    connections.close();
    server.close();
    orders.close();
    store.close();
  }

  private LimitSession session(PieceAction action, PieceId id, long ceiling, long pieceBytes) {
    Instant now = clock.instant();
    OrderLimit terms =
        OrderLimit.terms(
            SATELLITE.satelliteId(),
            1,
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
    IssuedOrderLimit issued = OrderChain.issue(terms, KEY, KEY);
    return new LimitSession(
        target, issued.limit(), OrderChain.of(issued.limit().limit(), issued.seed()));
  }

  private PieceUpload begin(TestSegment segment, PieceId id, int upTo) {
    PieceUpload upload =
        client.beginPut(
            session(PieceAction.PUT, id, 20 << 20, 0),
            segment.layout().hash(),
            segment.layout().shareBytes(),
            false,
            () -> {});
    byte[] piece = segment.pieces().get(id.pieceNumber());
    for (int at = 0; at < upTo; at += 65_552) {
      upload.write(Unpooled.wrappedBuffer(piece, at, Math.min(65_552, upTo - at)));
    }
    return upload;
  }

  private static void finish(PieceUpload upload, TestSegment segment, int number) {
    upload.finish(
        segment.layout(),
        segment.segmentRoot(),
        segment.root(number),
        segment.tree().piecePath(number));
  }

  @Test
  void manyPutsAtOnceSomeGivenUpAndAllKeptOnesProven() throws Exception {
    Map<PieceId, TestSegment> kept = new HashMap<>();
    Map<PieceId, PieceUpload> uploads = new HashMap<>();
    List<PieceUpload> abandoned = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      TestSegment segment =
          TestSegment.random(random, 65_552, 1_000 + i, 1 + random.nextInt(24), 2);
      PieceId id = new PieceId(RootPieceId.random(SECURE), i % 2);
      int bytes = (int) segment.layout().pieceBytes();
      if (i % 4 == 3) {
        abandoned.add(begin(segment, id, bytes / 2));
      } else {
        PieceUpload upload = begin(segment, id, bytes);
        finish(upload, segment, id.pieceNumber());
        uploads.put(id, upload);
        kept.put(id, segment);
      }
    }
    abandoned.forEach(PieceUpload::cancel);
    for (Map.Entry<PieceId, PieceUpload> upload : uploads.entrySet()) {
      await().atMost(TIMEOUT).until(() -> upload.getValue().isDone());
      assertThat(upload.getValue().failure()).isNull();
      byte[] receipt = upload.getValue().receipt();
      assertThat(SignedPieceReceipt.parse(receipt).verify(KEY)).isTrue();
    }
    for (Map.Entry<PieceId, TestSegment> piece : kept.entrySet()) {
      TestSegment segment = piece.getValue();
      long size = segment.layout().pieceBytes();
      int stripe = random.nextInt(segment.layout().stripeCount());
      FetchedShare share =
          client.fetchShareProof(
              session(PieceAction.GET_AUDIT, piece.getKey(), size + (1 << 20), size),
              stripe,
              segment.layout().shareBytes(stripe),
              TIMEOUT);
      assertThat(share.proves(segment.layout(), segment.tree().segmentRoot())).isTrue();
    }
    await().untilAsserted(() -> assertThat(store.space().reservedBytes()).isZero());
    assertThat(store.space().reclaimableBytes()).isZero();
    assertThat(store.space().pieces()).isEqualTo(kept.size());
    assertThat(client.list(target, null, 100, TIMEOUT).pieces()).hasSize(kept.size());
    assertThat(client.delete(target, new ArrayList<>(kept.keySet()), TIMEOUT))
        .isEqualTo(kept.size());
    assertThat(store.space().pieces()).isZero();
  }
}
