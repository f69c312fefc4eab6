package dev.holdfast.satellite.database;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions. Writes are serializable and are run again, a bounded number of times, when the
 * server aborts them (40001, 40P01), two race for a key, or the connection is lost, so a body must
 * be repeatable. Thread-safe; blocks, so call it from virtual threads.
 */
public final class Database {
  private static final int MAX_ABORTS = 60;
  private static final int MAX_DUPLICATES = 5;
  private static final Duration MAX_BACKOFF = Duration.ofMillis(200);
  private static final Duration MAX_OUTAGE = Duration.ofSeconds(20);

  private final DataSource writers;
  private final DataSource readers;
  private final Runnable onConnectionLost;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final AtomicLong retries = new AtomicLong();

  /**
   * Neither kind of connection commits by itself. They come in their isolation level, since setting
   * it per transaction would cost a round trip.
   *
   * @param writers connections at SERIALIZABLE
   * @param readers connections at REPEATABLE READ
   * @param onConnectionLost drops what else the pools hold of a lost server
   * @param random spreads the retries
   */
  public Database(
      DataSource writers,
      DataSource readers,
      Runnable onConnectionLost,
      InstantSource clock,
      RandomGenerator random) {
    this.writers = writers;
    this.readers = readers;
    this.onConnectionLost = onConnectionLost;
    this.clock = clock;
    this.random = random;
  }

  /**
   * One serializable transaction.
   *
   * @throws HoldfastException contention when aborts do not end, unavailable when the database
   *     stays unreachable, storage-failed for any other failure
   */
  public <T extends @Nullable Object> T write(UnknownOutcome onUnknown, TransactionBody<T> body) {
    return retrying(false, onUnknown, body);
  }

  /** One read-only snapshot; sees one state of the database however many statements it has. */
  public <T extends @Nullable Object> T read(TransactionBody<T> body) {
    return retrying(true, UnknownOutcome.REPEAT, body);
  }

  /** How many transactions were run again since the start. */
  public long retries() {
    return retries.get();
  }

  private <T extends @Nullable Object> T retrying(
      boolean readOnly, UnknownOutcome onUnknown, TransactionBody<T> body) {
    int aborts = 0;
    int duplicates = 0;
    @Nullable Instant outageEnd = null;
    while (true) {
      AtomicBoolean committing = new AtomicBoolean();
      try {
        return once(readOnly, committing, body);
      } catch (SQLException e) {
        boolean again;
        if (SqlStates.isConnectionLost(e)) {
          onConnectionLost.run();
          if (outageEnd == null) {
            outageEnd = clock.instant().plus(MAX_OUTAGE);
          }
          again =
              clock.instant().isBefore(outageEnd)
                  && !(committing.get() && onUnknown == UnknownOutcome.FAIL);
        } else if (SqlStates.isDuplicateKey(e)) {
          // The race for a key can surface as this before it does as 40001; the next run sees the
          // row.
          again = ++duplicates < MAX_DUPLICATES;
        } else {
          again = SqlStates.isAborted(e) && ++aborts < MAX_ABORTS;
        }
        if (!again) {
          throw failure(e);
        }
        retries.incrementAndGet();
        pause(aborts + duplicates + 1);
      }
    }
  }

  private <T extends @Nullable Object> T once(
      boolean readOnly, AtomicBoolean committing, TransactionBody<T> body) throws SQLException {
    try (Connection connection = connect(readOnly ? readers : writers)) {
      try {
        if (readOnly) {
          connection.setReadOnly(true); // travels with BEGIN
        }
        T result = body.run(connection);
        committing.set(true);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        rollBack(connection, e);
        throw e;
      }
    }
  }

  private static Connection connect(DataSource pool) throws SQLException {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      if (e.getSQLState() == null && !SqlStates.isConnectionLost(e)) {
        throw new HoldfastException(
            ErrorCode.BUSY, "all connections to the satellite's database are in use; try again", e);
      }
      throw e;
    }
  }

  private static HoldfastException failure(SQLException e) {
    if (SqlStates.isAborted(e) || SqlStates.isDuplicateKey(e)) {
      return new HoldfastException(
          ErrorCode.CONTENTION,
          "too many calls changed the same rows at the same time; try again",
          e);
    }
    if (SqlStates.isConnectionLost(e)) {
      return new HoldfastException(
          ErrorCode.UNAVAILABLE, "the satellite's database cannot be reached; try again later", e);
    }
    return new HoldfastException(
        ErrorCode.STORAGE_FAILED, "the satellite's database refused a statement", e);
  }

  private static void rollBack(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private void pause(int attempt) {
    long bound = Math.min(MAX_BACKOFF.toMillis(), 2L << Math.min(attempt, 10));
    LockSupport.parkNanos(Duration.ofMillis(random.nextLong(bound + 1)).toNanos());
    if (Thread.currentThread().isInterrupted()) {
      throw new HoldfastException(
          ErrorCode.SHUTTING_DOWN, "the satellite is stopping; try again later");
    }
  }
}
