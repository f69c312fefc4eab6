package dev.holdfast.s3gateway.runtime;

import dev.holdfast.s3gateway.authentication.Authenticator;
import dev.holdfast.s3gateway.credential.CredentialsFile;
import dev.holdfast.s3gateway.credential.Tenant;
import dev.holdfast.s3gateway.credential.Tenants;
import dev.holdfast.s3gateway.http.GatewayServer;
import dev.holdfast.s3gateway.http.Limits;
import dev.holdfast.s3gateway.operation.Dispatcher;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.Uplinks;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running gateway, with or without a container around it. Thread-safe. */
public final class Gateway implements AutoCloseable {
  private final GatewayConfig config;
  private final GatewayServer server;
  private final AutoCloseable resources;

  private Gateway(GatewayConfig config, GatewayServer server, AutoCloseable resources) {
    this.config = config;
    this.server = server;
    this.resources = resources;
  }

  /**
   * Starts a gateway with event loops and an uplink of its own.
   *
   * @throws IllegalArgumentException when configuration, credentials or grant are not usable
   * @throws IllegalStateException when the address is taken
   */
  public static Gateway start(GatewayConfig config) {
    Vertx vertx = Vertx.vertx();
    try {
      Gateway inner = start(config, vertx);
      return new Gateway(
          config,
          inner.server,
          () -> {
            inner.resources.close();
            close(vertx);
          });
    } catch (RuntimeException e) {
      close(vertx);
      throw e;
    }
  }

  /** The same on event loops that the caller closes after it. */
  static Gateway start(GatewayConfig config, Vertx vertx) {
    return start(config, vertx, Uplinks.open(UplinkConfig.DEFAULT));
  }

  /**
   * Starts a gateway on event loops that the caller closes after it.
   *
   * @param uplink closed with the gateway
   */
  static Gateway start(GatewayConfig config, Vertx vertx, Uplink uplink) {
    try {
      CredentialsFile credentials = CredentialsFile.read(config.credentialsFile());
      AccessGrant grant =
          AccessGrant.parse(new String(credentials.accessGrant().expose(), StandardCharsets.UTF_8));
      Tenant tenant =
          new Tenant(
              credentials.accessKeyId(), credentials.secretAccessKey(), uplink.openProject(grant));
      GatewayServer server = serve(config, vertx, Tenants.of(tenant));
      Gateway gateway = new Gateway(config, server, uplink);
      config.readyFile().ifPresent(file -> ReadyFile.write(file, gateway.endpoint()));
      return gateway;
    } catch (RuntimeException e) {
      uplink.close();
      throw e;
    }
  }

  /** Serves one project under one access key; for callers that open the project themselves. */
  static GatewayServer serve(GatewayConfig config, Vertx vertx, Tenants tenants) {
    Clock clock = Clock.systemUTC();
    Authenticator authenticator = new Authenticator(tenants, clock, config.acceptPresignedV2());
    return GatewayServer.start(
        vertx,
        config.host(),
        config.port(),
        config.domain(),
        Limits.DEFAULT,
        new Dispatcher(authenticator, config.region()),
        clock,
        new SecureRandom());
  }

  /** Where clients find it. */
  public String endpoint() {
    String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
    return "http://" + host + ":" + server.port();
  }

  /** Finishes running requests for a short time, then stops. */
  @Override
  public void close() {
    config.readyFile().ifPresent(ReadyFile::delete);
    server.close();
    try {
      resources.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the gateway did not stop cleanly", e);
    }
  }

  private static void close(Vertx vertx) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the event loops did not stop", e);
    }
  }
}
