package dev.holdfast.satellite.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
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
