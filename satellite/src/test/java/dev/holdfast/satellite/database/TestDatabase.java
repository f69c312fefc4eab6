package dev.holdfast.satellite.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
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
      running = start();
      server = running;
    }
    DatabaseLocation.External location = running.location();
    String name = "test" + ++count;
    String password =
        new String(location.password().expose(), java.nio.charset.StandardCharsets.UTF_8);
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

  private static EmbeddedPostgres start() {
    try {
      Path folder = Files.createTempDirectory("holdfast-test-database");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      EmbeddedPostgres started =
          EmbeddedPostgres.start(
              new DatabaseLocation.Embedded(folder.resolve("database"), 0), new SecureRandom());
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                started.close();
                delete(folder);
              }));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
