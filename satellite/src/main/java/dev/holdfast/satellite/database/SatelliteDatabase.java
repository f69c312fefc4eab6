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
   * Fewer than the embedded server's max_connections, so that an operator's client still gets in.
   */
  private static final int MAX_CONNECTIONS = 24;

  private final @Nullable EmbeddedPostgres server;
  private final AgroalDataSource pool;
  private final Database database;

  private SatelliteDatabase(
      @Nullable EmbeddedPostgres server, AgroalDataSource pool, Database database) {
    this.server = server;
    this.pool = pool;
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
    pool.close();
    if (server != null) {
      server.close();
    }
  }

  private static SatelliteDatabase connect(
      DatabaseLocation.External external,
      @Nullable EmbeddedPostgres server,
      InstantSource clock,
      SecureRandom random) {
    AgroalDataSource pool;
    try {
      pool = AgroalDataSource.from(configuration(external));
    } catch (SQLException e) {
      throw new IllegalStateException("no connection pool for " + external.url(), e);
    }
    try {
      Migrations.apply(pool);
    } catch (RuntimeException e) {
      pool.close();
      throw new IllegalStateException(
          "the database %s cannot be reached or its schema cannot be brought to this version: %s"
              .formatted(external.url(), e.getMessage()),
          e);
    }
    Database database =
        new Database(pool, () -> pool.flush(AgroalDataSource.FlushMode.INVALID), clock, random);
    return new SatelliteDatabase(server, pool, database);
  }

  private static AgroalDataSourceConfigurationSupplier configuration(
      DatabaseLocation.External external) {
    AgroalConnectionFactoryConfigurationSupplier factory =
        new AgroalConnectionFactoryConfigurationSupplier()
            .jdbcUrl(external.url())
            .connectionProviderClass(Driver.class)
            .autoCommit(false)
            .jdbcTransactionIsolation(TransactionIsolation.SERIALIZABLE)
            // A sequential scan locks its whole table against serializable writers, also when the
            // table is
            // small and the scan therefore looks cheap to the planner.
            .initialSql("SET enable_seqscan = off")
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
