package dev.holdfast.uplink.segment.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.erasure.RedundancyScheme;
import dev.holdfast.piececlient.fake.FakeNode;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.SuspectPiece;
import dev.holdfast.protocol.wire.Suspicion;
import dev.holdfast.uplink.segment.UploadedSegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class PieceTransfersIT {
  private static final int STRIPE = 4 * 65_536;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final FakeNetwork network = new FakeNetwork(new RedundancyScheme(4, 6, 8, 10), 12);

  PieceTransfersIT() {
    System.out.println("seed " + seed);
  }

  @AfterEach
  void close() {
    network.close();
  }

  private byte[] plain(int length) {
    byte[] plain = new byte[length];
    random.nextBytes(plain);
    return plain;
  }

  private byte[] readAll(UploadedSegment segment) throws Exception {
    return network.read(segment, 0, segment.plainBytes());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1, 3, 5, 17, 65_536, 65_537, 200_000, STRIPE - 1, STRIPE, STRIPE + 1, 3_000_001})
  void writesAndReads(int length) throws Exception {
    byte[] plain = plain(length);
    UploadedSegment segment = network.upload(plain);
    network.checkReceipts(segment);
    assertThat(segment.plainBytes()).isEqualTo(length);
    assertThat(readAll(segment)).isEqualTo(plain);
    for (int i = 0; i < 20; i++) {
      int from = random.nextInt(length);
      int to = from + 1 + random.nextInt(length - from);
      assertThat(network.read(segment, from, to - from))
          .as("%d to %d", from, to)
          .isEqualTo(Arrays.copyOfRange(plain, from, to));
    }
    assertThat(network.suspicions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 17, STRIPE + 2})
  void rebuildsStripesWithEmptyBlocks(int length) throws Exception {
    byte[] plain = plain(length);
    UploadedSegment segment = network.upload(plain);
    List<Integer> held = held(segment);
    network.holder(segment, held.get(0)).kill();
    network.holder(segment, held.get(1)).lie();
    assertThat(readAll(segment)).isEqualTo(plain);
  }

  @Test
  void aBlockIsOneRequestToOneNode() throws Exception {
    byte[] plain = plain(2 * STRIPE);
    UploadedSegment segment = network.upload(plain);
    // The upload ends with eight of ten pieces; a data piece may be one of the two that were cut.
    int data = held(segment).stream().filter(number -> number < 4).findFirst().orElseThrow();
    int from = (4 + data) * 65_536;
    int before = network.nodes().stream().mapToInt(FakeNode::gets).sum();
    assertThat(network.read(segment, from, 65_536))
        .isEqualTo(Arrays.copyOfRange(plain, from, from + 65_536));
    assertThat(network.nodes().stream().mapToInt(FakeNode::gets).sum()).isEqualTo(before + 1);
  }

  @Test
  void deadAndFrozenNodesDelayNoUpload() throws Exception {
    readAll(network.upload(plain(100_000)));
    network.nodes().get(2).kill();
    network.nodes().get(7).freeze();
    byte[] plain = plain(5_000_000);
    long began = System.nanoTime();
    UploadedSegment segment = network.upload(plain);
    assertThat(millisSince(began)).isLessThan(3_000);
    network.checkReceipts(segment);
    assertThat(readAll(segment)).isEqualTo(plain);
  }

  @Test
  void failedPiecesGoToOtherNodes() throws Exception {
    network.nodes().get(0).refuse(ErrorCode.NODE_FULL);
    network.nodes().get(1).kill();
    network.nodes().get(5).freeze();
    network.nodes().get(8).kill();
    FakeNetwork.Broker broker = network.new Broker();
    byte[] plain = plain(9_000_000);
    UploadedSegment segment = network.upload(plain, broker);
    network.checkReceipts(segment);
    assertThat(broker.replacements()).isPositive();
    assertThat(readAll(segment)).isEqualTo(plain);
  }

  @Test
  void nodesThatAreAllBackAreUsedAtOnce() throws Exception {
    network.nodes().forEach(FakeNode::kill);
    assertThatThrownBy(() -> network.upload(plain(300_000))).isInstanceOf(HoldfastException.class);
    network.nodes().forEach(FakeNode::start);
    byte[] plain = plain(300_000);
    UploadedSegment segment = network.upload(plain);
    network.checkReceipts(segment);
    assertThat(readAll(segment)).isEqualTo(plain);
  }

  @Test
  void tooFewNodesIsSaidClearly() throws Exception {
    for (int i = 0; i < 5; i++) {
      network.nodes().get(i).kill();
    }
    assertThatThrownBy(() -> network.upload(plain(300_000)))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_FEW_NODES))
        .hasMessageContaining("8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill", "freeze"})
  void readsThoughFourOfTenNodesAreGone(String how) throws Exception {
    Consumer<FakeNode> fault = how.equals("kill") ? FakeNode::kill : FakeNode::freeze;
    byte[] small = plain(100_000);
    byte[] large = plain(8_000_000);
    UploadedSegment smallSegment = network.upload(small);
    UploadedSegment largeSegment = network.upload(large);
    readAll(smallSegment);
    for (int piece = 0; piece < 4; piece++) {
      fault.accept(network.holder(smallSegment, held(smallSegment).get(piece)));
    }
    long began = System.nanoTime();
    assertThat(readAll(smallSegment)).isEqualTo(small);
    long first = millisSince(began);
    began = System.nanoTime();
    assertThat(readAll(largeSegment)).isEqualTo(large);
    long second = millisSince(began);
    System.out.println(how + ": 100 KB in " + first + " ms, 8 MB in " + second + " ms");
    assertThat(first).isLessThan(1_500);
    assertThat(second).isLessThan(2_500);
  }

  private static List<Integer> held(UploadedSegment segment) {
    return segment.message().getRemote().getPiecesList().stream()
        .map(piece ->
            dev.holdfast.protocol.order.SignedOrderLimit.parse(piece.getOrderLimit().toByteArray())
                .limit()
                .pieceId()
                .pieceNumber())
        .toList();
  }

  @Test
  void liarsAreNamedAndNobodyElse() throws Exception {
    byte[] plain = plain(6_000_000);
    UploadedSegment segment = network.upload(plain);
    List<Integer> held = held(segment);
    Set<FakeNode> liars = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      FakeNode liar = network.holder(segment, held.get(i));
      liar.lie();
      liars.add(liar);
    }
    assertThat(readAll(segment)).isEqualTo(plain);
    Set<FakeNode> named = new HashSet<>();
    for (SuspectPiece suspect : network.suspicions()) {
      assertThat(suspect.getSuspicion()).isEqualTo(Suspicion.SUSPICION_BAD_SHARE);
      named.add(
          network.node(
              dev.holdfast.protocol.identity.NodeId.of(suspect.getNodeId().toByteArray())));
    }
    assertThat(named).isNotEmpty().isSubsetOf(liars);
    assertThat(liars.stream().filter(liar -> held.indexOf(0) >= 0).toList()).isNotEmpty();
  }

  @Test
  void whoLiesOnlyWithoutProofIsAvoidedAndNotNamed() throws Exception {
    byte[] plain = plain(6_000_000);
    UploadedSegment segment = network.upload(plain);
    FakeNode liar = network.holder(segment, held(segment).getFirst());
    liar.lieUnlessProofIsAsked();
    assertThat(readAll(segment)).isEqualTo(plain);
    assertThat(network.suspicions()).isEmpty();
  }

  @Test
  void refusingTruncatingAndSlowNodesAreReplaced() throws Exception {
    byte[] plain = plain(3_000_000);
    UploadedSegment segment = network.upload(plain);
    List<Integer> held = held(segment);
    network.holder(segment, held.get(0)).refuse(ErrorCode.PIECE_DAMAGED);
    network.holder(segment, held.get(1)).truncate();
    network.holder(segment, held.get(2)).slowDown(5_000);
    long began = System.nanoTime();
    assertThat(readAll(segment)).isEqualTo(plain);
    assertThat(millisSince(began)).isLessThan(3_000);
    assertThat(network.suspicions())
        .anySatisfy(
            suspect -> assertThat(suspect.getSuspicion()).isEqualTo(Suspicion.SUSPICION_REFUSED));
  }

  @Test
  void tooManyGoneIsSaidClearly() throws Exception {
    UploadedSegment segment = network.upload(plain(300_000));
    network.nodes().forEach(FakeNode::kill);
    assertThatThrownBy(() -> readAll(segment))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SEGMENT_UNREADABLE));
    network.nodes().forEach(FakeNode::start);
    assertThat(readAll(segment)).hasSize(300_000);
  }

  @Test
  void aWholeSegmentGoesThrough() throws Exception {
    byte[] plain = plain(64 << 20);
    for (int round = 0; round < Integer.getInteger("rounds", 2); round++) {
      long began = System.nanoTime();
      long cpu = cpuNanos();
      UploadedSegment segment = network.upload(plain);
      long up = millisSince(began);
      long cpuUp = cpuNanos() - cpu;
      network.checkReceipts(segment);
      began = System.nanoTime();
      cpu = cpuNanos();
      byte[] read = readAll(segment);
      long down = millisSince(began);
      long cpuDown = cpuNanos() - cpu;
      assertThat(Arrays.equals(read, plain)).isTrue();
      System.out.printf(
          "64 MiB: up %.0f MB/s, %.1f CPU s/GB; down %.0f MB/s, %.1f CPU s/GB (with the nodes)%n",
          plain.length / 1e3 / up,
          (double) cpuUp / plain.length,
          plain.length / 1e3 / down,
          (double) cpuDown / plain.length);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }

  private static long millisSince(long began) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }
}
