package dev.holdfast.piececlient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.piececlient.NodeUnreachableException.Reason;
import dev.holdfast.piececlient.fake.FakeNode;
import dev.holdfast.piececlient.fake.FakeSatellite;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.frame.Frame;
import dev.holdfast.protocol.frame.ShareRange;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.order.SignedPieceReceipt;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.protocol.tls.PeerTls;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PieceClientIT {
  private static final ShareLayout LAYOUT =
      new ShareLayout(HashAlgorithm.SHA_256, 65_552, 1_616, 6, 3);
  private static final int NUMBER = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final FakeSatellite satellite = new FakeSatellite();
  private final FakeNode node = new FakeNode();
  private final PieceClientConfig config =
      new PieceClientConfig(
          1,
          Duration.ofMillis(500),
          Duration.ofMillis(400),
          Duration.ofMillis(300),
          2,
          4,
          Duration.ofMillis(200),
          Duration.ofSeconds(1));
  private final PieceConnections connections =
      new PieceConnections(
          config, PeerTls.client(null, null), InstantSource.system(), System::nanoTime);
  private final PieceClient client = new PieceClient(connections);
  private final PieceId id = new PieceId(RootPieceId.random(new SecureRandom()), NUMBER);
  private final byte[] bytes = new byte[Math.toIntExact(LAYOUT.pieceBytes())];
  private SegmentTree tree = tree(bytes);
  private Bytes32 pieceRoot = Bytes32.ZERO;

  @BeforeEach
  void fill() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    new Random(seed).nextBytes(bytes);
    tree = tree(bytes);
  }

  @AfterEach
  void close() {
    connections.close();
    node.close();
  }

  private SegmentTree tree(byte[] piece) {
    List<byte[]> leaves = new ArrayList<>();
    for (int s = 0; s < LAYOUT.stripeCount(); s++) {
      leaves.add(
          SegmentTree.leaf(
              LAYOUT.hash(), NUMBER, piece, (int) LAYOUT.shareOffset(s), LAYOUT.shareBytes(s)));
    }
    byte[] root = SegmentTree.pieceRoot(LAYOUT.hash(), leaves);
    pieceRoot = Bytes32.of(root);
    return SegmentTree.of(LAYOUT, List.of(new byte[32], root, new byte[32]));
  }

  private PieceUpload put(byte[] content) {
    PieceUpload upload = begin(satellite.session(node, PieceAction.PUT, id, 1 << 20, 0));
    send(upload, content);
    upload.finish(LAYOUT, Bytes32.of(tree.segmentRoot()), pieceRoot, tree.piecePath(NUMBER));
    return upload;
  }

  private PieceUpload begin(LimitSession session) {
    return client.beginPut(session, LAYOUT.hash(), LAYOUT.shareBytes(), false, () -> {});
  }

  private static void send(PieceUpload upload, byte[] content) {
    for (int from = 0; from < content.length; from += 100_000) {
      upload.write(
          Unpooled.copiedBuffer(
              Arrays.copyOfRange(content, from, Math.min(content.length, from + 100_000))));
    }
  }

  private static void awaitDone(PieceUpload upload) {
    await().atMost(PATIENCE).until(upload::isDone);
  }

  private byte[] get(LimitSession session, ShareRange... ranges) throws Exception {
    int length = Arrays.stream(ranges).mapToInt(ShareRange::length).sum();
    byte[] into = new byte[length];
    List<ShareSlot> slots = new ArrayList<>();
    int at = 0;
    for (ShareRange range : ranges) {
      slots.add(new ShareSlot(range, into, at));
      at += range.length();
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    var _ = client.beginGet(session, slots, false, true, listener(done));
    done.get(10, TimeUnit.SECONDS);
    return into;
  }

  private static PieceReadListener listener(CompletableFuture<Void> done) {
    return new PieceReadListener() {
      @Override
      public void filled(int index, Frame.@Nullable Proof proof) {}

      @Override
      public void ended(@Nullable Throwable failure) {
        if (failure == null) {
          done.complete(null);
        } else {
          done.completeExceptionally(failure);
        }
      }
    };
  }

  private LimitSession getSession() {
    return satellite.session(node, PieceAction.GET, id, 1 << 20, LAYOUT.pieceBytes());
  }

  @Test
  void putsAPieceAndReadsItsRanges() throws Exception {
    PieceUpload upload = put(bytes);
    awaitDone(upload);
    assertThat(upload.failure()).isNull();
    assertThat(SignedPieceReceipt.parse(upload.receipt()).verify(node.receiptKey())).isTrue();
    assertThat(node.piece(id)).isEqualTo(bytes);

    byte[] read = get(getSession(), new ShareRange(5, 0, 1_616), new ShareRange(1, 100, 50_000));
    assertThat(Arrays.copyOf(read, 1_616))
        .isEqualTo(Arrays.copyOfRange(bytes, 5 * 65_552, bytes.length));
    assertThat(Arrays.copyOfRange(read, 1_616, read.length))
        .isEqualTo(Arrays.copyOfRange(bytes, 65_652, 115_652));
    assertThat(node.accepted()).as("connections").isEqualTo(1);
  }

  @Test
  void fetchesAShareWithAProofThatJudgesIt() throws Exception {
    awaitDone(put(bytes));
    FetchedShare share = client.fetchShareProof(getSession(), 2, 65_552, PATIENCE);
    assertThat(share.proves(LAYOUT, tree.segmentRoot())).isTrue();
    assertThat(share.share()).isEqualTo(Arrays.copyOfRange(bytes, 2 * 65_552, 3 * 65_552));

    node.lie();
    FetchedShare wrong = client.fetchShareProof(getSession(), 2, 65_552, PATIENCE);
    assertThat(wrong.proves(LAYOUT, tree.segmentRoot())).isFalse();
  }

  @Test
  void aRefusalKeepsItsCodeAndTheConnection() throws Exception {
    assertThatThrownBy(() -> get(getSession(), new ShareRange(0, 0, 10)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PIECE_NOT_FOUND));
    byte[] altered = bytes.clone();
    altered[70_000] ^= 1;
    PieceUpload upload = put(altered);
    awaitDone(upload);
    assertThat(upload.failure())
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PIECE_ALTERED));
    PieceUpload again = put(bytes);
    awaitDone(again);
    assertThat(again.hasReceipt()).isTrue();
    assertThat(node.accepted()).isEqualTo(1);
  }

  @Test
  void aPutRefusedAtItsBeginStopsWhileBytesAreOnTheirWay() {
    node.refuse(ErrorCode.NODE_FULL);
    PieceUpload upload = put(bytes);
    awaitDone(upload);
    assertThat(upload.failure())
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_FULL));
  }

  @Test
  void aCancelledPutLeavesNothingAndGivesTheConnectionBack() throws Exception {
    PieceUpload upload = begin(satellite.session(node, PieceAction.PUT, id, 1 << 20, 0));
    send(upload, Arrays.copyOf(bytes, 200_000));
    await().until(() -> upload.writtenBytes() == 200_000);
    upload.cancel();
    assertThat(upload.failure())
        .isInstanceOfSatisfying(
            NodeUnreachableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
    awaitDone(put(bytes));
    awaitDone(put(bytes));
    assertThat(node.piece(id)).isEqualTo(bytes);
    assertThat(node.accepted()).isLessThanOrEqualTo(2);
  }

  @Test
  void asksNoMoreThanTheLimitAllows() {
    PieceUpload upload = begin(satellite.session(node, PieceAction.PUT, id, 100_000, 0));
    send(upload, bytes);
    awaitDone(upload);
    assertThat(upload.failure())
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_CEILING_EXCEEDED));
  }

  @Test
  void anotherNodeAtTheAddressIsRefused() {
    try (FakeNode other = new FakeNode()) {
      NodeTarget swapped = node.targetAs(other.id());
      assertThatThrownBy(() -> client.list(swapped, null, 10, PATIENCE))
          .isInstanceOfSatisfying(
              NodeUnreachableException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.IDENTITY));
    }
  }

  @Test
  void aDeadNodeIsNotDialledAgainAtOnceAndUsedWhenItIsBack() throws Exception {
    awaitDone(put(bytes));
    node.kill();
    assertThatThrownBy(() -> client.list(node.target(), null, 10, PATIENCE))
        .isInstanceOf(NodeUnreachableException.class);
    PieceUpload refused = begin(satellite.session(node, PieceAction.PUT, id, 1 << 20, 0));
    awaitDone(refused);
    assertThat(refused.failure())
        .isInstanceOfSatisfying(
            NodeUnreachableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.FAILED_RECENTLY));
    node.start();
    await().atMost(PATIENCE).until(() -> !connections.isDoubtful(node.target()));
    PieceUpload back = put(bytes);
    awaitDone(back);
    assertThat(back.hasReceipt()).isTrue();
  }

  @Test
  void aFrozenNodeTimesOutAndAnswersAgainLater() throws Exception {
    awaitDone(put(bytes));
    node.freeze();
    assertThatThrownBy(() -> client.list(node.target(), null, 10, Duration.ofMillis(100)))
        .isInstanceOfSatisfying(
            NodeUnreachableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.TIMED_OUT));
    await().atMost(PATIENCE).until(() -> connections.isDoubtful(node.target()));
    node.thaw();
    await().atMost(PATIENCE).until(() -> !connections.isDoubtful(node.target()));
    assertThat(client.list(node.target(), null, 10, PATIENCE).pieces()).hasSize(1);
  }

  @Test
  void aTruncatedAnswerBreaksTheProtocol() throws Exception {
    awaitDone(put(bytes));
    node.truncate();
    assertThatThrownBy(() -> get(getSession(), new ShareRange(0, 0, 10)))
        .cause()
        .isInstanceOfSatisfying(
            NodeUnreachableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL));
  }

  @Test
  void listsAndDeletes() throws Exception {
    awaitDone(put(bytes));
    PiecePage page = client.list(node.target(), null, 10, PATIENCE);
    assertThat(page.pieces()).hasSize(1);
    assertThat(page.pieces().getFirst().pieceId()).isEqualTo(id);
    assertThat(page.more()).isFalse();
    assertThat(client.delete(node.target(), List.of(id), PATIENCE)).isEqualTo(1);
    assertThat(client.delete(node.target(), List.of(id), PATIENCE)).isZero();
  }

  @Test
  void boundsConnectionsAndClosesIdleOnes() throws Exception {
    awaitDone(put(bytes));
    node.slowDown(50);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      all.add(done);
      byte[] into = new byte[10];
      var _ =
          client.beginGet(
              getSession(),
              List.of(new ShareSlot(new ShareRange(0, 0, 10), into, 0)),
              false,
              true,
              listener(done));
    }
    for (CompletableFuture<Void> done : all) {
      done.get(10, TimeUnit.SECONDS);
    }
    assertThat(node.accepted()).isLessThanOrEqualTo(2);
    await().atMost(PATIENCE).until(() -> node.openConnections() == 0);
  }
}
