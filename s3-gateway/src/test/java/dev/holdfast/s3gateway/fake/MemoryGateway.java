package dev.holdfast.s3gateway.fake;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.s3gateway.authentication.Authenticator;
import dev.holdfast.s3gateway.credential.Tenant;
import dev.holdfast.s3gateway.credential.Tenants;
import dev.holdfast.s3gateway.http.GatewayServer;
import dev.holdfast.s3gateway.http.Limits;
import dev.holdfast.s3gateway.operation.Dispatcher;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A real HTTP server in front of a project in memory. */
public final class MemoryGateway implements AutoCloseable {
  public static final String ACCESS_KEY_ID = "AKIDEXAMPLE";
  public static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  public static final String DOMAIN = "s3.example.org";

  private final Vertx vertx = Vertx.vertx();
  private final MemoryProject project = new MemoryProject(Clock.systemUTC());
  private final GatewayServer server;

  public MemoryGateway() {
    this(new Limits(64, Duration.ofSeconds(5), Duration.ofSeconds(60)), true);
  }

  public MemoryGateway(Limits limits, boolean acceptPresignedV2) {
    Tenant tenant =
        new Tenant(
            ACCESS_KEY_ID, SecretBytes.copyOf(SECRET.getBytes(StandardCharsets.UTF_8)), project);
    Clock clock = Clock.systemUTC();
    server =
        GatewayServer.start(
            vertx,
            "127.0.0.1",
            0,
            Optional.of(DOMAIN),
            limits,
            new Dispatcher(
                new Authenticator(Tenants.of(tenant), clock, acceptPresignedV2), "us-east-1"),
            clock,
            new SecureRandom());
  }

  public MemoryProject project() {
    return project;
  }

  public int port() {
    return server.port();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  @Override
  public void close() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
