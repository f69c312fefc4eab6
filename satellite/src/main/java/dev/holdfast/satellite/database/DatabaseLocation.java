package dev.holdfast.satellite.database;

import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.file.Path;

/** Where the satellite keeps its rows. */
public sealed interface DatabaseLocation {
  /**
   * A PostgreSQL server that the satellite unpacks, starts and supervises.
   *
   * @param directory everything of it stands below
   * @param port on loopback; 0: a free one
   */
  record Embedded(Path directory, int port) implements DatabaseLocation {
    public Embedded {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("database port " + port + " is not within 0..65535");
      }
    }
  }

  /**
   * A server that others run.
   *
   * @param url {@code jdbc:postgresql://host:port/database}
   * @param password UTF-8 text
   */
  record External(String url, String username, SecretBytes password) implements DatabaseLocation {
    public External {
      if (!url.startsWith("jdbc:postgresql:")) {
        throw new IllegalArgumentException(
            "database URL does not start with jdbc:postgresql: (an example is"
                + " jdbc:postgresql://db.example.org:5432/holdfast)");
      }
    }
  }
}
