package dev.holdfast.satellite.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.identity.Bytes32;
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
import dev.holdfast.satellite.nodes.NodeRegistry;
import dev.holdfast.satellite.nodes.NodeSpace;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.nodes.ScriptedDialer;
import dev.holdfast.satellite.nodes.TestClock;
import dev.holdfast.satellite.nodes.TestNodes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconciliationIT {
  private static final int SEGMENTS = 1_200;

  private final SatelliteDatabase database = TestDatabase.fresh();
  private final TestClock clock = new TestClock();
  private final NodeRegistry registry =
      new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
  private final ScriptedDialer dialer = new ScriptedDialer();
  private final MemorySegments segments = new MemorySegments();
  private final List<SuspectedPiece> suspected = new ArrayList<>();
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private Reconciliation reconciliation;

  @BeforeEach
  void place() {
    dialer.listedPerPage = 100;
    for (int i = 0; i < SEGMENTS; i++) {
      StoredSegment segment =
          new StoredSegment(
              new RootPieceId(random.nextLong(), random.nextLong()),
              Bytes32.ZERO,
              new ShareLayout(HashAlgorithm.SHA_256, 16, 16, 1, 4),
              new RedundancyScheme(1, 1, 2, 3, 3),
              Bytes32.ZERO,
              List.of(new PlacedPiece(0, 1), new PlacedPiece(1, 2), new PlacedPiece(2, 3)),
              null);
      segments.put(segment);
      for (int alias = 1; alias <= 3; alias++) {
        listed(alias).add(new PieceId(segment.root(), alias - 1));
      }
      listed(1).add(new PieceId(new RootPieceId(random.nextLong(), 0), 7));
    }
    Invitations invitations = new Invitations(database.database(), clock, new SecureRandom());
    for (int alias = 1; alias <= 3; alias++) {
      registry.checkIn(
          TestNodes.id(alias), 1, checkIn(invitations.issue("operator", Duration.ofDays(1))));
    }
    reconciliation =
        new Reconciliation(
            database.database(), segments, registry, dialer, suspected::addAll, clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void suspectsExactlyWhatIsOwedAndNotListed() throws Exception {
    PieceId lost = take(2, 700);
    PieceId first = take(3, 0);
    PieceId last = take(3, listed(3).size() - 1);
    reconciliation.runOnce();
    assertThat(dialer.listCalls).as("a fresh process waits").hasValue(0);
    advance(Reconciliation.FIRST_AFTER);
    reconciliation.runOnce();
    assertThat(suspected)
        .as("seed %d", seed)
        .extracting(SuspectedPiece::piece)
        .containsExactlyInAnyOrder(lost, first, last);
    assertThat(suspected)
        .extracting(SuspectedPiece::nodeId)
        .contains(TestNodes.id(2), TestNodes.id(3));
    int calls = dialer.listCalls.get();
    advance(Duration.ofHours(1));
    reconciliation.runOnce();
    assertThat(dialer.listCalls).as("rarely").hasValue(calls);
  }

  @Test
  void aNodeThatReturnsIsComparedSoonAndASilentOneStaysDue() throws Exception {
    advance(Reconciliation.FIRST_AFTER);
    reconciliation.runOnce();
    assertThat(suspected).isEmpty();
    clock.advance(Duration.ofMinutes(5));
    PieceId lost = take(2, 5);
    registry.checkIn(TestNodes.id(2), 1, checkIn(null));
    dialer.silent.add(2);
    reconciliation.runOnce();
    assertThat(suspected).isEmpty();
    dialer.silent.clear();
    reconciliation.runOnce();
    assertThat(suspected).extracting(SuspectedPiece::piece).containsExactly(lost);
  }

  private NavigableSet<PieceId> listed(int alias) {
    return dialer.listed.computeIfAbsent(alias, _ -> new TreeSet<>());
  }

  private PieceId take(int alias, int index) {
    PieceId piece = listed(alias).stream().skip(index).findFirst().orElseThrow();
    listed(alias).remove(piece);
    return piece;
  }

  /** Lets time pass while all nodes keep checking in. */
  private void advance(Duration by) {
    Duration step = Duration.ofSeconds(50);
    for (Duration passed = Duration.ZERO; passed.compareTo(by) < 0; passed = passed.plus(step)) {
      clock.advance(step);
      for (int alias = 1; alias <= 3; alias++) {
        registry.checkIn(TestNodes.id(alias), 1, checkIn(null));
      }
    }
  }

  private CheckIn checkIn(@Nullable String invitation) {
    return new CheckIn(
        invitation,
        new NodeAddress("127.0.0.1", 7000),
        "test",
        new NodeSpace(TestNodes.GIB, 0, 0, 0, TestNodes.GIB),
        clock.instant(),
        true);
  }
}
