package dev.holdfast.satellite.metadata;

import com.google.protobuf.ByteString;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/** Parameters for {@code = ANY (?)} and {@code unnest(?)}: one round trip for many rows. */
final class SqlArrays {
  private SqlArrays() {}

  static Array bytes(Connection connection, Collection<ByteString> values) throws SQLException {
    return connection.createArrayOf(
        "bytea", values.stream().map(ByteString::toByteArray).toArray(byte[][]::new));
  }

  static Array ints(Connection connection, Collection<Integer> values) throws SQLException {
    return connection.createArrayOf("int4", values.toArray(Integer[]::new));
  }
}
