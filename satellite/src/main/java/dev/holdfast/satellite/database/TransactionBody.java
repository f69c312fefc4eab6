package dev.holdfast.satellite.database;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one transaction. It may run several times, so it must change nothing but the
 * database; it neither commits nor closes the connection.
 */
@FunctionalInterface
public interface TransactionBody<T extends @Nullable Object> {
  T run(Connection connection) throws SQLException;
}
