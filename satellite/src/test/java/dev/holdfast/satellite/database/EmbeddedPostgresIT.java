package dev.holdfast.satellite.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  private static SatelliteDatabase open(DatabaseLocation location) {
    return SatelliteDatabase.open(location, InstantSource.system(), new SecureRandom());
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void put(SatelliteDatabase database, String hash) {
    database
        .database()
        .write(
            UnknownOutcome.REPEAT,
            connection -> {
              try (PreparedStatement insert =
                  connection.prepareStatement(
                      "INSERT INTO revoked_api_keys VALUES (?, 0) ON CONFLICT DO NOTHING")) {
                insert.setBytes(1, hash.getBytes(StandardCharsets.UTF_8));
                return insert.executeUpdate();
              }
            });
  }

  private static long count(SatelliteDatabase database) {
    return database
        .database()
        .read(connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery("SELECT count(*) FROM revoked_api_keys")) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  @Test
  void commitsAreDurableAndSurviveAKilledServerAndARestart() throws Exception {
    DatabaseLocation.Embedded location = TestPostgres.freshLocation("killed");
    try (SatelliteDatabase database = open(location)) {
      String settings =
          database
              .database()
              .read(connection ->
                  show(connection, "fsync")
                      + " "
                      + show(connection, "synchronous_commit")
                      + " "
                      + show(connection, "transaction_read_only"));
      assertThat(settings).isEqualTo("on on on");
      assertThat(database.kind()).isEqualTo("embedded");
      put(database, "a");
      long pid = database.serverPid();
      assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
      put(database, "b");
      assertThat(count(database)).isEqualTo(2);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> database.serverPid() != 0 && database.serverPid() != pid);
    }
    try (SatelliteDatabase database = open(location)) {
      assertThat(count(database)).isEqualTo(2);
    }
  }

  @Test
  void servesInAFolderThatNobodyElseMayEnter(@TempDir Path temporary) throws Exception {
    Path closed =
        Files.createDirectory(
            temporary.resolve("closed"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    DatabaseLocation.Embedded where = new DatabaseLocation.Embedded(closed.resolve("database"), 0);
    try (EmbeddedPostgres first = EmbeddedPostgres.start(where, new SecureRandom())) {
      assertThat(query(first, "create table t as select 7 as n; select n from t")).isEqualTo("7");
      assertThat(query(first, "show fsync")).isEqualTo("on");
    }
    try (EmbeddedPostgres second = EmbeddedPostgres.start(where, new SecureRandom())) {
      assertThat(query(second, "select n from t")).isEqualTo("7");
    }
  }

  private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
    DatabaseLocation.External location = postgres.location();
    try (Connection connection =
            DriverManager.getConnection(
                location.url(),
                location.username(),
                new String(location.password().expose(), StandardCharsets.UTF_8));
        Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      while (!rows) {
        rows = statement.getMoreResults();
      }
      try (ResultSet result = statement.getResultSet()) {
        assertThat(result.next()).isTrue();
        return result.getString(1);
      }
    }
  }
}
