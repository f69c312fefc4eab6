package dev.holdfast.satellite.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger flushes = new AtomicInteger();
  private final AtomicInteger commits = new AtomicInteger();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T00:00:00Z"));
  private int failingCommits;

  /** A clock of which every look takes a second. */
  private final InstantSource clock = () -> now.getAndUpdate(instant -> instant.plusSeconds(1));

  private final Database database =
      new Database(pool(), pool(), flushes::incrementAndGet, clock, new Random(1));

  private DataSource pool() {
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (_, method, _) -> {
                  if (method.getName().equals("commit")
                      && commits.incrementAndGet() <= failingCommits) {
                    throw new SQLException("lost", "08006");
                  }
                  return null;
                });
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (_, method, _) -> method.getName().equals("getConnection") ? connection : null);
  }

  private String write(UnknownOutcome onUnknown, String state, int failures) {
    return database.write(
        onUnknown,
        _ -> {
          if (runs.incrementAndGet() <= failures) {
            throw new SQLException("injected", state);
          }
          return "done";
        });
  }

  private void assertFails(ErrorCode code, String state, int failures) {
    assertThatThrownBy(() -> write(UnknownOutcome.REPEAT, state, failures))
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void serializationFailuresAndDeadlocksAreRunAgain() {
    assertThat(write(UnknownOutcome.FAIL, "40001", 3)).isEqualTo("done");
    runs.set(0);
    assertThat(write(UnknownOutcome.FAIL, "40P01", 3)).isEqualTo("done");
    assertThat(database.retries()).isEqualTo(6);
    assertThat(commits).hasValue(2);
  }

  @Test
  void abortsWithoutEndAreToldAsContention() {
    assertFails(ErrorCode.CONTENTION, "40001", Integer.MAX_VALUE);
    assertThat(runs).hasValue(60);
  }

  @Test
  void racesForAKeyAreRunAgainAFewTimes() {
    assertThat(write(UnknownOutcome.FAIL, "23505", 2)).isEqualTo("done");
    runs.set(0);
    assertFails(ErrorCode.CONTENTION, "23505", Integer.MAX_VALUE);
    assertThat(runs).hasValue(5);
  }

  @Test
  void otherFailuresAreToldAtOnce() {
    assertFails(ErrorCode.STORAGE_FAILED, "42P01", 1);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aLostServerIsWaitedForAndThePoolEmptied() {
    assertThat(write(UnknownOutcome.FAIL, "57P01", 3)).isEqualTo("done");
    assertThat(flushes).hasValue(3);
    runs.set(0);
    assertFails(ErrorCode.UNAVAILABLE, "08006", Integer.MAX_VALUE);
  }

  @Test
  void anUnknownOutcomeIsRepeatedOnlyWhereThatIsHarmless() {
    failingCommits = 1;
    assertThat(write(UnknownOutcome.REPEAT, "", 0)).isEqualTo("done");
    assertThat(commits).hasValue(2);
    commits.set(0);
    assertThatThrownBy(() -> write(UnknownOutcome.FAIL, "", 0))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThat(commits).hasValue(1);
  }
}
