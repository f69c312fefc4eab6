package dev.holdfast.satellite.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.satellite.database.SatelliteDatabase;
import dev.holdfast.satellite.database.TestDatabase;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeRegistryIT {
  private final SatelliteDatabase database = TestDatabase.fresh();
  private final TestClock clock = new TestClock();
  private final NodeRegistry registry =
      new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
  private final Invitations invitations =
      new Invitations(database.database(), clock, new SecureRandom());

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void anInvitedNodeJoinsAndIsKnownAfterARestart() {
    String token = invitations.issue("alice", Duration.ofDays(1));
    RegisteredNode joined = registry.checkIn(TestNodes.id(1), 5, checkIn(token));
    assertThat(joined.operator()).isEqualTo("alice");
    assertThat(joined.alias()).isEqualTo(1);
    assertThat(joined.standing(clock.instant(), Duration.ofMinutes(1))).isEqualTo(Standing.ONLINE);

    NodeRegistry restarted = new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
    assertThat(restarted.nodes()).isEmpty();
    restarted.reload();
    assertThat(restarted.find(TestNodes.id(1))).contains(joined);
    assertThat(restarted.find(1)).contains(joined);
    assertThat(restarted.checkIn(TestNodes.id(1), 5, checkIn(null)).alias()).isEqualTo(1);
  }

  @Test
  void aProcessThatHasNotLoadedTheNodeYetStillKnowsIt() {
    registry.checkIn(TestNodes.id(1), 5, checkIn(invitations.issue("alice", Duration.ofDays(1))));
    NodeRegistry other = new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
    assertThat(other.checkIn(TestNodes.id(1), 6, checkIn(null)).tlsSerial()).isEqualTo(6);
  }

  @Test
  void aStrangerWithoutAnInvitationIsRefused() {
    assertRefused(
        () -> registry.checkIn(TestNodes.id(1), 1, checkIn(null)), ErrorCode.PEER_NOT_AUTHORIZED);
    assertThat(registry.nodes()).isEmpty();
  }

  @Test
  void anInvitationJoinsOneNodeOnce() {
    String token = invitations.issue("alice", Duration.ofDays(1));
    registry.checkIn(TestNodes.id(1), 1, checkIn(token));
    assertRefused(
        () -> registry.checkIn(TestNodes.id(2), 1, checkIn(token)), ErrorCode.INVITATION_INVALID);
    assertThat(registry.checkIn(TestNodes.id(1), 1, checkIn(token)).alias())
        .as("an answer was lost and the node sends its invitation again")
        .isEqualTo(1);
  }

  @Test
  void expiredUnknownAndMalformedInvitationsAreRefused() {
    String expired = invitations.issue("alice", Duration.ofHours(1));
    clock.advance(Duration.ofHours(1));
    for (String token :
        List.of(
            expired, "ab".repeat(16), "zz", "ab".repeat(17), "not hex at all, but 32 characters")) {
      assertRefused(
          () -> registry.checkIn(TestNodes.id(1), 1, checkIn(token)), ErrorCode.INVITATION_INVALID);
    }
    assertRefused(() -> invitations.issue(" ", Duration.ofDays(1)), ErrorCode.BAD_REQUEST);
    assertRefused(() -> invitations.issue("bob", Duration.ZERO), ErrorCode.BAD_REQUEST);
    assertRefused(() -> invitations.issue("bob", Duration.ofDays(91)), ErrorCode.BAD_REQUEST);
  }

  @Test
  void theDatabaseHoldsNoToken() {
    String token = invitations.issue("alice", Duration.ofDays(1));
    byte[] stored =
        database
            .database()
            .read(connection -> {
              try (PreparedStatement select =
                      connection.prepareStatement("SELECT token_hash FROM invitations");
                  ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBytes(1);
              }
            });
    assertThat(HexFormat.of().formatHex(stored)).doesNotContain(token);
  }

  @Test
  void manyNodesThatJoinAtOnceGetDistinctAliases() throws Exception {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      tokens.add(invitations.issue("operator", Duration.ofDays(1)));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RegisteredNode>> joins = new ArrayList<>();
      for (int i = 0; i < tokens.size(); i++) {
        NodeId id = TestNodes.id(i + 1);
        String token = tokens.get(i);
        joins.add(threads.submit(() -> registry.checkIn(id, 1, checkIn(token))));
      }
      List<Integer> aliases = new ArrayList<>();
      for (Future<RegisteredNode> join : joins) {
        aliases.add(join.get().alias());
      }
      assertThat(aliases).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }
  }

  @Test
  void anOlderTlsKeyIsRefusedAlsoByAnotherProcess() {
    registry.checkIn(TestNodes.id(1), 5, checkIn(invitations.issue("alice", Duration.ofDays(1))));
    NodeRegistry other = new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
    other.reload();
    registry.checkIn(TestNodes.id(1), 7, checkIn(null));
    assertRefused(
        () -> registry.checkIn(TestNodes.id(1), 6, checkIn(null)), ErrorCode.PEER_NOT_AUTHORIZED);
    assertRefused(
        () -> other.checkIn(TestNodes.id(1), 6, checkIn(null)), ErrorCode.PEER_NOT_AUTHORIZED);
    assertThat(other.checkIn(TestNodes.id(1), 7, checkIn(null)).tlsSerial()).isEqualTo(7);
  }

  @Test
  void aWrongClockIsRefusedInBothDirections() {
    String token = invitations.issue("alice", Duration.ofDays(1));
    for (Duration skew : List.of(Duration.ofSeconds(121), Duration.ofSeconds(-121))) {
      assertRefused(
          () -> registry.checkIn(TestNodes.id(1), 1, checkIn(token, skew)), ErrorCode.CLOCK_SKEW);
    }
    assertThat(
            registry
                .checkIn(TestNodes.id(1), 1, checkIn(token, Duration.ofSeconds(-119)))
                .clockSkew())
        .isEqualTo(Duration.ofSeconds(-119));
  }

  @Test
  void aSilentNodeIsOfflineUntilItsNextCheckIn() {
    registry.checkIn(TestNodes.id(1), 1, checkIn(invitations.issue("alice", Duration.ofDays(1))));
    clock.advance(Duration.ofSeconds(59));
    assertThat(standing(1)).isEqualTo(Standing.ONLINE);
    clock.advance(Duration.ofSeconds(1));
    assertThat(standing(1)).isEqualTo(Standing.OFFLINE);
    long version = registry.version();
    registry.checkIn(TestNodes.id(1), 1, checkIn(null));
    assertThat(standing(1)).isEqualTo(Standing.ONLINE);
    assertThat(registry.version()).isGreaterThan(version);
  }

  @Test
  void tooManyFaultsSuspendForAWhileWithAReason() {
    registry.checkIn(TestNodes.id(1), 1, checkIn(invitations.issue("alice", Duration.ofDays(1))));
    count(1, 9);
    assertThat(standing(1)).isEqualTo(Standing.ONLINE);
    count(1, 10);
    registry.checkIn(TestNodes.id(1), 1, checkIn(null));
    RegisteredNode suspended = registry.find(1).orElseThrow();
    assertThat(suspended.failures()).isEqualTo(2);
    assertThat(standing(1)).isEqualTo(Standing.SUSPENDED);
    assertThat(suspended.standingReason(clock.instant(), Duration.ofMinutes(1)))
        .contains("10 pieces")
        .contains("limit 10");
    NodeRegistry restarted = new NodeRegistry(database.database(), TestNodes.CONFIG, clock);
    restarted.reload();
    assertThat(restarted.find(1).orElseThrow().isSuspended(clock.instant())).isTrue();
    clock.advance(Duration.ofDays(7));
    registry.checkIn(TestNodes.id(1), 1, checkIn(null));
    assertThat(standing(1)).isEqualTo(Standing.ONLINE);
  }

  private void count(int newFaults, int inPeriod) {
    registry.show(
        database
            .database()
            .write(
                dev.holdfast.satellite.database.UnknownOutcome.REPEAT,
                connection -> registry.countFaults(connection, 1, newFaults, inPeriod)));
  }

  private Standing standing(int alias) {
    return registry.find(alias).orElseThrow().standing(clock.instant(), Duration.ofMinutes(1));
  }

  private CheckIn checkIn(@Nullable String invitation) {
    return checkIn(invitation, Duration.ZERO);
  }

  private CheckIn checkIn(@Nullable String invitation, Duration skew) {
    return new CheckIn(
        invitation,
        new NodeAddress("127.0.0.1", 7000),
        "test",
        new NodeSpace(TestNodes.GIB, 0, 0, 0, TestNodes.GIB),
        clock.instant().plus(skew),
        true);
  }

  private static void assertRefused(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
