package dev.holdfast.satellite.database;

import dev.holdfast.protocol.secret.SecretBytes;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration.TransactionIsolation;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** The opened database: server (when embedded), pool, current schema. Thread-safe. */
public final class SatelliteDatabase implements AutoCloseable {
  /**
   * Of each kind; fewer than the embedded server's max_connections, so that an operator's client
   * still gets in.
   */
  private static final int MAX_CONNECTIONS = 16;

  private final @Nullable EmbeddedPostgres server;
  private final AgroalDataSource writers;
  private final AgroalDataSource readers;
  private final Database database;

  private SatelliteDatabase(
      @Nullable EmbeddedPostgres server,
      AgroalDataSource writers,
      AgroalDataSource readers,
      Database database) {
    this.server = server;
    this.writers = writers;
    this.readers = readers;
    this.database = database;
  }

  /**
   * Starts the server when it is embedded, opens the pool and migrates the schema.
   *
   * @throws IllegalStateException when the database cannot be used, saying what to do
   */
  public static SatelliteDatabase open(
      DatabaseLocation location, InstantSource clock, SecureRandom random) {
    return switch (location) {
      case DatabaseLocation.Embedded embedded -> {
        EmbeddedPostgres server = EmbeddedPostgres.start(embedded, random);
        try {
          yield connect(server.location(), server, clock, random);
        } catch (RuntimeException e) {
          server.close();
          throw e;
        }
      }
      case DatabaseLocation.External external -> connect(external, null, clock, random);
    };
  }

  /** Transactions. */
  public Database database() {
    return database;
  }

  /** {@code embedded} or {@code external}. */
  public String kind() {
    return server == null ? "external" : "embedded";
  }

  /** Process id of the embedded server; 0 when external or down. */
  public long serverPid() {
    return server == null ? 0 : server.pid();
  }

  @Override
  public void close() {
    writers.close();
    readers.close();
    if (server != null) {
      server.close();
    }
  }

  private static SatelliteDatabase connect(
      DatabaseLocation.External external,
      @Nullable EmbeddedPostgres server,
      InstantSource clock,
      SecureRandom random) {
    AgroalDataSource writers = pool(external, TransactionIsolation.SERIALIZABLE);
    AgroalDataSource readers = pool(external, TransactionIsolation.REPEATABLE_READ);
    try {
      Migrations.apply(writers);
    } catch (RuntimeException e) {
      writers.close();
      readers.close();
      throw new IllegalStateException(
          "the database %s cannot be reached or its schema cannot be brought to this version: %s"
              .formatted(external.url(), e.getMessage()),
          e);
    }
    Runnable flush =
        () -> {
          writers.flush(AgroalDataSource.FlushMode.INVALID);
          readers.flush(AgroalDataSource.FlushMode.INVALID);
        };
    return new SatelliteDatabase(
        server, writers, readers, new Database(writers, readers, flush, clock, random));
  }

  /** Opens no connection yet. */
  private static AgroalDataSource pool(
      DatabaseLocation.External external, TransactionIsolation isolation) {
    try {
      return AgroalDataSource.from(configuration(external, isolation));
    } catch (SQLException e) {
      throw new IllegalStateException("no connection pool for " + external.url(), e);
    }
  }

  private static AgroalDataSourceConfigurationSupplier configuration(
      DatabaseLocation.External external, TransactionIsolation isolation) {
    AgroalConnectionFactoryConfigurationSupplier factory =
        new AgroalConnectionFactoryConfigurationSupplier()
            .jdbcUrl(external.url())
            .connectionProviderClass(Driver.class)
            .autoCommit(false)
            .jdbcTransactionIsolation(isolation)
            // A sequential scan locks its whole table against serializable writers, also when the
            // table is small and the scan therefore looks cheap. The setting is committed: a
            // rollback would undo it.
            .initialSql("SET enable_seqscan = off; COMMIT")
            .principal(new NamePrincipal(external.username()))
            .credential(new SimplePassword(text(external.password())))
            .jdbcProperty("ApplicationName", "holdfast-satellite")
            .jdbcProperty("connectTimeout", "5")
            .jdbcProperty("socketTimeout", "60")
            .jdbcProperty("tcpKeepAlive", "true");
    AgroalConnectionPoolConfigurationSupplier pool =
        new AgroalConnectionPoolConfigurationSupplier()
            .connectionFactoryConfiguration(factory)
            .minSize(0)
            .initialSize(0)
            .maxSize(MAX_CONNECTIONS)
            .acquisitionTimeout(Duration.ofSeconds(10))
            .reapTimeout(Duration.ofMinutes(5))
            .idleValidationTimeout(Duration.ofSeconds(30))
            .connectionValidator(ConnectionValidator.defaultValidatorWithTimeout(5))
            .exceptionSorter(new PostgreSQLExceptionSorter());
    return new AgroalDataSourceConfigurationSupplier()
        .metricsEnabled(false)
        .connectionPoolConfiguration(pool);
  }

  private static String text(SecretBytes password) {
    return new String(password.expose(), StandardCharsets.UTF_8);
  }
}
