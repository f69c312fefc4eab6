package dev.holdfast.satellite.database;

import dev.holdfast.protocol.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Databases that tests share: one embedded, and one that is used by its URL only, as an operator's
 * own would be ({@code HOLDFAST_TEST_DATABASE_URL} with user and password inside names a real one).
 * Servers die with this JVM.
 */
public final class TestPostgres {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private TestPostgres() {}

  /** Opened once; nobody closes it. */
  public static Database embedded() {
    return Embedded.DATABASE.database();
  }

  /** Opened once by URL; nobody closes it. */
  public static Database external() {
    return External.DATABASE.database();
  }

  /** A fresh data folder beside server binaries that stay unpacked between runs. */
  static DatabaseLocation.Embedded freshLocation(String name) {
    Path directory = TARGET.resolve("postgres-" + name);
    try {
      PostgresBinaries.deleteTree(directory.resolve("data"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DatabaseLocation.Embedded(directory, 0);
  }

  private static final class Embedded {
    static final SatelliteDatabase DATABASE =
        SatelliteDatabase.open(
            freshLocation("embedded"), InstantSource.system(), new SecureRandom());
  }

  private static final class External {
    static final SatelliteDatabase DATABASE =
        SatelliteDatabase.open(location(), InstantSource.system(), new SecureRandom());

    private static DatabaseLocation.External location() {
      String url = System.getenv("HOLDFAST_TEST_DATABASE_URL");
      if (url != null) {
        String user = System.getenv().getOrDefault("HOLDFAST_TEST_DATABASE_USER", "holdfast");
        String password = System.getenv().getOrDefault("HOLDFAST_TEST_DATABASE_PASSWORD", "");
        return new DatabaseLocation.External(
            url, user, SecretBytes.copyOf(password.getBytes(StandardCharsets.UTF_8)));
      }
      return EmbeddedPostgres.start(freshLocation("external"), new SecureRandom()).location();
    }
  }
}
