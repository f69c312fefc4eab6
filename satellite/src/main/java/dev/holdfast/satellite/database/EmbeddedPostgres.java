package dev.holdfast.satellite.database;

import dev.holdfast.protocol.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;

/**
 * A PostgreSQL of the satellite's own: real server binaries, every commit synced to disk, on
 * loopback with a password of its own. Sized for a small machine. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String USER = "holdfast";
  private static final String DATABASE = "holdfast";
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final PostgresServer server;
  private final DatabaseLocation.External location;

  private EmbeddedPostgres(PostgresServer server, DatabaseLocation.External location) {
    this.server = server;
    this.location = location;
  }

  /**
   * Unpacks and initializes what is missing and starts the server; returns when it takes
   * connections.
   *
   * @throws IllegalStateException when it cannot run here, saying what to do
   */
  public static EmbeddedPostgres start(DatabaseLocation.Embedded where, SecureRandom random) {
    Path directory = where.directory().toAbsolutePath();
    try {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
      ServerAccount account = ServerAccount.detect(directory);
      Path binaries = PostgresBinaries.unpack(directory);
      Path data = directory.resolve("data");
      Path passwordFile = directory.resolve("password");
      if (!Files.isDirectory(data)) {
        initialize(account, binaries, directory, newPassword(passwordFile, random));
      }
      String password = readPassword(passwordFile, data);
      int port = where.port() == 0 ? freePort() : where.port();
      PostgresServer server =
          PostgresServer.start(
              account, binaries, data, directory.resolve("postgresql.log"), options(port));
      try {
        createDatabase(port, password);
      } catch (SQLException | RuntimeException e) {
        server.close();
        throw e;
      }
      return new EmbeddedPostgres(
          server,
          new DatabaseLocation.External(
              url(port, DATABASE),
              USER,
              SecretBytes.copyOf(password.getBytes(StandardCharsets.UTF_8))));
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL in " + directory + " failed", e);
    } catch (SQLException e) {
      throw new IllegalStateException("the embedded PostgreSQL refused a statement", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the embedded PostgreSQL started", e);
    }
  }

  /** How to reach it; the same for its whole life. */
  public DatabaseLocation.External location() {
    return location;
  }

  /** Process id of the server; 0 while it is down. */
  public long pid() {
    return server.pid();
  }

  @Override
  public void close() {
    server.close();
  }

  private static List<String> options(int port) {
    return List.of(
        "port=" + port,
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        // Durability is the point of this server; these are the defaults and stand here on purpose.
        "fsync=on",
        "synchronous_commit=on",
        "full_page_writes=on",
        "shared_buffers=32MB",
        "max_connections=40",
        "work_mem=4MB",
        "maintenance_work_mem=16MB",
        "max_wal_size=256MB",
        "min_wal_size=64MB",
        "max_worker_processes=2",
        "max_logical_replication_workers=0",
        "max_parallel_workers=0",
        "max_parallel_workers_per_gather=0",
        "io_method=sync",
        "autovacuum_max_workers=1",
        "jit=off",
        // Serializable transactions lock pages of small tables as a whole when these are low.
        "max_pred_locks_per_transaction=256",
        "max_pred_locks_per_page=16",
        "password_encryption=scram-sha-256",
        // Aborts for serialization are everyday events here and belong in no log.
        "log_min_messages=log",
        "log_checkpoints=off",
        "log_timezone=UTC",
        "timezone=UTC");
  }

  private static void initialize(ServerAccount account, Path binaries, Path home, String password)
      throws IOException, InterruptedException {
    Path fresh = home.resolve("data.new");
    PostgresBinaries.deleteTree(fresh);
    Files.createDirectory(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    account.own(fresh);
    Path passwordFile = Files.createTempFile(home, "initdb", ".password", OWNER_ONLY);
    Path output = home.resolve("initdb.log");
    try {
      Files.writeString(passwordFile, password);
      account.own(passwordFile);
      List<String> command =
          account.runAs(
              List.of(
                  binaries.resolve("bin/initdb").toString(),
                  "-D",
                  fresh.toString(),
                  "-U",
                  USER,
                  "--pwfile=" + passwordFile,
                  "--auth=scram-sha-256",
                  "--locale-provider=builtin",
                  "--builtin-locale=C.UTF-8",
                  "--locale=C",
                  "--encoding=UTF8",
                  "--set=max_connections=40",
                  "--set=shared_buffers=32MB",
                  "--no-instructions"));
      int exit =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException(
            "initdb ended with %d; its output is %s".formatted(exit, output));
      }
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    Files.move(fresh, home.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String newPassword(Path file, SecureRandom random) throws IOException {
    byte[] secret = new byte[24];
    random.nextBytes(secret);
    String password = HexFormat.of().formatHex(secret);
    Files.deleteIfExists(file);
    Files.createFile(file, OWNER_ONLY);
    Files.writeString(file, password);
    return password;
  }

  private static String readPassword(Path file, Path data) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalStateException(
          "database %s exists, but its password file %s does not; restore it from a backup"
              .formatted(data, file));
    }
    return Files.readString(file).strip();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?sslmode=disable";
  }

  /** The first start only; the marker of success is the database itself. */
  private static void createDatabase(int port, String password) throws SQLException {
    try (Connection probe = DriverManager.getConnection(url(port, DATABASE), USER, password)) {
      if (probe.isValid(5)) {
        return;
      }
    } catch (SQLException e) {
      if (!"3D000".equals(e.getSQLState())) {
        throw e;
      }
    }
    try (Connection connection =
            DriverManager.getConnection(url(port, "postgres"), USER, password);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + DATABASE);
    }
  }
}
