package dev.holdfast.satellite.database;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Empty databases with the current schema for integration tests: one real server for the whole test
 * process, one database for each caller.
 */
public final class TestDatabase {
  private static @Nullable EmbeddedPostgres server;
  private static int count;

  private TestDatabase() {}

  /** A new, migrated database; close it after the test. */
  public static synchronized SatelliteDatabase fresh() {
    EmbeddedPostgres running = server;
    if (running == null) {
      running = EmbeddedPostgres.start(TestPostgres.freshLocation("nodes"), new SecureRandom());
      server = running;
    }
    DatabaseLocation.External location = running.location();
    String name = "test" + ++count;
    String password = new String(location.password().expose(), StandardCharsets.UTF_8);
    try (Connection connection =
            DriverManager.getConnection(location.url(), location.username(), password);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("no test database", e);
    }
    String url = location.url().replaceFirst("/[^/?]+(\\?.*)?$", "/" + name + "$1");
    return SatelliteDatabase.open(
        new DatabaseLocation.External(url, location.username(), location.password()),
        InstantSource.system(),
        new SecureRandom());
  }
}
