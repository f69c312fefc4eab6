package dev.holdfast.satellite.database;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions. Writes are serializable and are run again, a bounded number of times, when the server
 * aborts them (40001, 40P01) or the connection is lost, so a body must be repeatable. Thread-safe;
 * blocks, so call it from virtual threads.
 */
public final class Database {
  private static final int MAX_ATTEMPTS = 40;
  private static final Duration MAX_BACKOFF = Duration.ofMillis(200);

  private final DataSource pool;
  private final RandomGenerator random;
  private final AtomicLong retries = new AtomicLong();

  public Database(DataSource pool, RandomGenerator random) {
    this.pool = pool;
    this.random = random;
  }

  /**
   * One serializable transaction.
   *
   * @throws HoldfastException storage-failed when the database stays unreachable or contention does
   *     not end
   */
  public <T extends @Nullable Object> T write(UnknownOutcome onUnknown, TransactionBody<T> body) {
    return retrying(Connection.TRANSACTION_SERIALIZABLE, false, onUnknown, body);
  }

  /** One read-only snapshot; sees one state of the database however many statements it has. */
  public <T extends @Nullable Object> T read(TransactionBody<T> body) {
    return retrying(
        Connection.TRANSACTION_REPEATABLE_READ, true, UnknownOutcome.REPEAT, body);
  }

  /** How many transactions were run again since the start. */
  public long retries() {
    return retries.get();
  }

  private <T extends @Nullable Object> T retrying(
      int isolation, boolean readOnly, UnknownOutcome onUnknown, TransactionBody<T> body) {
    SQLException last = null;
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      if (last != null) {
        retries.incrementAndGet();
        pause(attempt);
      }
      boolean committing = false;
      try (Connection connection = pool.getConnection()) {
        connection.setTransactionIsolation(isolation);
        connection.setReadOnly(readOnly);
        connection.setAutoCommit(false);
        try {
          T result = body.run(connection);
          committing = true;
          connection.commit();
          return result;
        } catch (SQLException | RuntimeException | Error e) {
          rollBack(connection, e);
          throw e;
        }
      } catch (SQLException e) {
        if (!SqlStates.isRepeatable(e)
            || (committing
                && onUnknown == UnknownOutcome.FAIL
                && SqlStates.isConnectionLost(e))) {
          throw new HoldfastException(
              ErrorCode.STORAGE_FAILED, "the satellite's database refused a statement", e);
        }
        last = e;
      }
    }
    throw new HoldfastException(
        ErrorCode.STORAGE_FAILED,
        "the satellite's database did not complete a transaction in "
            + MAX_ATTEMPTS
            + " attempts; try again later",
        last);
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
    try {
      Thread.sleep(random.nextLong(bound + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ErrorCode.SHUTTING_DOWN, "the satellite is stopping; try again later", e);
    }
  }
}
