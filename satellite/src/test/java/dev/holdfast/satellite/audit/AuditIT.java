package dev.holdfast.satellite.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.merkle.SegmentTree;
import dev.holdfast.protocol.order.PieceAction;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.segment.HashAlgorithm;
import dev.holdfast.protocol.segment.ShareLayout;
import dev.holdfast.satellite.database.SatelliteDatabase;
import dev.holdfast.satellite.database.TestDatabase;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.metadata.StoredSegment;
import dev.holdfast.satellite.nodes.CheckIn;
import dev.holdfast.satellite.nodes.Invitations;
import dev.holdfast.satellite.nodes.NodeAddress;
import dev.holdfast.satellite.nodes.NodeDialer.ShareAnswer;
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.NodeSpace;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.ScriptedDialer;
import dev.holdfast.satellite.nodes.Standing;
import dev.holdfast.satellite.nodes.TestClock;
import dev.holdfast.satellite.nodes.TestNodes;
import dev.holdfast.satellite.nodeselection.NodeSelector;
import dev.holdfast.satellite.nodeselection.UploadOutcomes;
import dev.holdfast.satellite.orders.LimitForge;
import dev.holdfast.satellite.orders.OrderKeys;
import dev.holdfast.satellite.orders.OrderLimits;
import dev.holdfast.satellite.orders.OrdersConfig;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditIT {
  private static final int PIECES = 4;
  private static final int SHARE = 64;
  private static final ShareLayout LAYOUT =
      new ShareLayout(HashAlgorithm.SHA_256, SHARE, SHARE, 2, PIECES);

  @TempDir private Path folder;
  private final SatelliteDatabase database = TestDatabase.fresh();
  private final TestClock clock = new TestClock();
  private final SecureRandom random = new SecureRandom();
  private final NodeRegistry registry =
      new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
  private final ScriptedDialer dialer = new ScriptedDialer();
  private final MemorySegments segments = new MemorySegments();
  private final SuspicionBacklog backlog = new SuspicionBacklog(clock);
  private final ProvenFaults faults = new ProvenFaults(database.database(), registry, clock);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private AuditWorker worker;

  @BeforeEach
  void join() {
    Invitations invitations = new Invitations(database.database(), clock, random);
    for (int alias = 1; alias <= PIECES; alias++) {
      registry.checkIn(
          TestNodes.id(alias), 1, checkIn(invitations.issue("operator", Duration.ofDays(1))));
    }
    OrderKeys keys = new OrderKeys(SatelliteSecrets.open(folder.resolve("secrets"), random));
    UploadOutcomes outcomes = new UploadOutcomes();
    OrderLimits limits =
        new OrderLimits(
            new LimitForge(SatelliteId.parse("11".repeat(32)), keys, clock, random),
            keys,
            registry,
            new NodeSelector(registry, outcomes, clock, random),
            outcomes,
            faults,
            OrdersConfig.of(Duration.ofHours(1), Duration.ofMinutes(2)),
            clock);
    worker =
        new AuditWorker(
            database.database(),
            segments,
            backlog,
            faults,
            registry,
            limits,
            dialer,
            Duration.ZERO,
            threads);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    database.close();
  }

  @Test
  void aFalseReportCountsForNobody() throws Exception {
    TestSegment segment = new TestSegment();
    report(segment, 0, SuspectedPiece.Reason.BAD_SHARE);
    report(segment, 1, SuspectedPiece.Reason.REFUSED);
    report(segment, 2, SuspectedPiece.Reason.UNREACHABLE);
    worker.runOnce();
    assertThat(dialer.asked).hasSize(3);
    assertThat(dialer.asked)
        .allSatisfy(limit -> assertThat(limit.limit().action()).isEqualTo(PieceAction.GET_AUDIT));
    assertNobodyBlamed();
    assertThat(faults.isKnownBad(segment.piece(0), 1)).isFalse();
  }

  @Test
  void aBadShareCountsOnceForThePieceHoweverOftenItIsReported() throws Exception {
    TestSegment segment = new TestSegment();
    segment.corrupt(0);
    for (int i = 0; i < 3; i++) {
      report(segment, 0, SuspectedPiece.Reason.BAD_SHARE);
      worker.runOnce();
      clock.advance(Duration.ofMinutes(5));
      checkInAll();
    }
    assertThat(failures(1)).isEqualTo(1);
    assertThat(failures(2) + failures(3) + failures(4)).isZero();
    assertThat(faults.isKnownBad(segment.piece(0), 1)).isTrue();
  }

  @Test
  void severalBadPiecesCountEach() throws Exception {
    for (int i = 0; i < 3; i++) {
      TestSegment segment = new TestSegment();
      segment.corrupt(0);
      report(segment, 0, SuspectedPiece.Reason.BAD_SHARE);
    }
    worker.runOnce();
    assertThat(failures(1)).isEqualTo(3);
  }

  @Test
  void anOwedPieceThatIsRefusedCounts() throws Exception {
    TestSegment segment = new TestSegment();
    dialer.shares.put(segment.piece(0), new ShareAnswer.Refused(ErrorCode.PIECE_NOT_FOUND));
    dialer.shares.put(segment.piece(1), new ShareAnswer.Refused(ErrorCode.PIECE_DAMAGED));
    report(segment, 0, SuspectedPiece.Reason.REFUSED);
    report(segment, 1, SuspectedPiece.Reason.REFUSED);
    worker.runOnce();
    assertThat(failures(1)).isEqualTo(1);
    assertThat(failures(2)).isEqualTo(1);
  }

  @Test
  void silenceAndExcusesNeverCount() throws Exception {
    TestSegment segment = new TestSegment();
    dialer.silent.add(1);
    dialer.shares.put(segment.piece(1), new ShareAnswer.Refused(ErrorCode.SHUTTING_DOWN));
    dialer.shares.put(segment.piece(2), new ShareAnswer.Refused(ErrorCode.LIMIT_EXPIRED));
    for (int round = 0; round < SuspicionBacklog.MAX_ATTEMPTS + 1; round++) {
      for (int number = 0; number < 3; number++) {
        report(segment, number, SuspectedPiece.Reason.UNREACHABLE);
      }
      worker.runOnce();
      clock.advance(SuspicionBacklog.RETRY_AFTER);
      checkInAll();
    }
    assertNobodyBlamed();
  }

  @Test
  void aNodeThatComesBackIsAskedAgainAndJudged() throws Exception {
    TestSegment segment = new TestSegment();
    segment.corrupt(0);
    dialer.silent.add(1);
    report(segment, 0, SuspectedPiece.Reason.BAD_SHARE);
    worker.runOnce();
    assertNobodyBlamed();
    dialer.silent.clear();
    clock.advance(SuspicionBacklog.RETRY_AFTER);
    worker.runOnce();
    assertThat(failures(1)).isEqualTo(1);
  }

  @Test
  void piecesThatAreNotOwedAreNotAskedFor() throws Exception {
    TestSegment segment = new TestSegment();
    segment.corrupt(0);
    TestSegment gone = new TestSegment();
    gone.corrupt(0);
    segments.remove(gone.root);
    backlog.report(
        List.of(
            new SuspectedPiece(gone.piece(0), TestNodes.id(1), 0, SuspectedPiece.Reason.BAD_SHARE),
            new SuspectedPiece(
                segment.piece(0), TestNodes.id(2), 0, SuspectedPiece.Reason.BAD_SHARE),
            new SuspectedPiece(
                segment.piece(0), TestNodes.id(99), 0, SuspectedPiece.Reason.BAD_SHARE),
            new SuspectedPiece(
                segment.piece(1), TestNodes.id(2), 2, SuspectedPiece.Reason.BAD_SHARE),
            new SuspectedPiece(
                segment.piece(1), TestNodes.id(2), -1, SuspectedPiece.Reason.BAD_SHARE)));
    worker.runOnce();
    assertThat(dialer.asked).isEmpty();
    assertNobodyBlamed();
  }

  @Test
  void aPieceDeletedWhileTheNodeIsAskedIsNoFault() {
    TestSegment segment = new TestSegment();
    segments.remove(segment.root);
    assertThat(
            faults.record(segments, segment.piece(0), TestNodes.id(1), 0, FaultKind.PIECE_MISSING))
        .isEmpty();
    assertNobodyBlamed();
  }

  @Test
  void manyFaultsSuspendAndARestartRemembersTheBadPieces() throws Exception {
    List<TestSegment> bad = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      TestSegment segment = new TestSegment();
      segment.corrupt(2);
      bad.add(segment);
      report(segment, 2, SuspectedPiece.Reason.BAD_SHARE);
    }
    worker.runOnce();
    assertThat(failures(3)).isEqualTo(12);
    assertThat(registry.find(3).orElseThrow().standing(clock.instant(), Duration.ofMinutes(1)))
        .isEqualTo(Standing.SUSPENDED);
    ProvenFaults restarted = new ProvenFaults(database.database(), registry, clock);
    restarted.load();
    assertThat(bad)
        .allSatisfy(segment -> assertThat(restarted.isKnownBad(segment.piece(2), 3)).isTrue());
  }

  private void report(TestSegment segment, int number, SuspectedPiece.Reason reason) {
    backlog.report(
        List.of(new SuspectedPiece(segment.piece(number), TestNodes.id(number + 1), 0, reason)));
  }

  private long failures(int alias) {
    return registry.find(alias).orElseThrow().failures();
  }

  private void assertNobodyBlamed() {
    assertThat(registry.nodes()).allSatisfy(node -> assertThat(node.failures()).isZero());
  }

  private void checkInAll() {
    for (int alias = 1; alias <= PIECES; alias++) {
      registry.checkIn(TestNodes.id(alias), 1, checkIn(null));
    }
  }

  private CheckIn checkIn(@org.jspecify.annotations.Nullable String invitation) {
    return new CheckIn(
        invitation,
        new NodeAddress("127.0.0.1", 7000),
        "test",
        new NodeSpace(TestNodes.GIB, 0, 0, 0, TestNodes.GIB),
        clock.instant(),
        true);
  }

  /** A segment of two stripes whose pieces stand on nodes 1 to 4, with honest answers. */
  private final class TestSegment {
    private final RootPieceId root = RootPieceId.random(random);
    private final List<List<byte[]>> shares = new ArrayList<>();
    private final List<SegmentTree.PieceRootBuilder> builders = new ArrayList<>();
    private final SegmentTree tree;

    TestSegment() {
      List<byte[]> roots = new ArrayList<>();
      for (int number = 0; number < PIECES; number++) {
        SegmentTree.PieceRootBuilder builder =
            new SegmentTree.PieceRootBuilder(HashAlgorithm.SHA_256, number);
        List<byte[]> ofPiece = new ArrayList<>();
        for (int stripe = 0; stripe < 2; stripe++) {
          byte[] share = new byte[SHARE];
          random.nextBytes(share);
          builder.addShare(share, 0, SHARE);
          ofPiece.add(share);
        }
        builders.add(builder);
        shares.add(ofPiece);
        roots.add(builder.root());
      }
      tree = SegmentTree.of(LAYOUT, roots);
      segments.put(
          new StoredSegment(
              root,
              Bytes32.of(tree.segmentRoot()),
              LAYOUT,
              new RedundancyScheme(1, 2, 3, 4, 4),
              Bytes32.ZERO,
              IntStream.range(0, PIECES)
                  .mapToObj(number -> new PlacedPiece(number, number + 1))
                  .toList(),
              null));
      for (int number = 0; number < PIECES; number++) {
        answer(number, shares.get(number).getFirst());
      }
    }

    PieceId piece(int number) {
      return new PieceId(root, number);
    }

    void corrupt(int number) {
      byte[] share = shares.get(number).getFirst().clone();
      share[SHARE / 2] ^= 1;
      answer(number, share);
    }

    private void answer(int number, byte[] share) {
      List<byte[]> leafPath = SegmentTree.leafPath(builders.get(number).leaves(), 0);
      List<byte[]> piecePath = tree.piecePath(number);
      dialer.shares.put(
          piece(number),
          new ShareAnswer.Share((layout, segmentRoot) ->
              SegmentTree.verifyShare(
                  layout, number, 0, share, leafPath, piecePath, segmentRoot.toByteArray())));
    }
  }
}
