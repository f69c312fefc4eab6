package dev.holdfast.s3gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The HTTP server: one virtual thread for each request, the event loop only moves bytes.
 * Thread-safe.
 */
public final class GatewayServer implements AutoCloseable {
  private static final int BUFFER_BYTES = 65_536;
  private static final int MAX_HEADER_BYTES = 32_768;
  private static final int MAX_REQUEST_LINE_BYTES = 16_384;
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(10);

  private final HttpServer server;
  private final ExecutorService threads;
  private final Limits limits;
  private final Semaphore places;
  private final AtomicBoolean stopping;

  private GatewayServer(
      HttpServer server,
      ExecutorService threads,
      Limits limits,
      Semaphore places,
      AtomicBoolean stopping) {
    this.server = server;
    this.threads = threads;
    this.limits = limits;
    this.places = places;
    this.stopping = stopping;
  }

  /**
   * Starts to listen.
   *
   * @param port 0: any free one
   * @param domain below which host names are buckets; absent: path style only
   * @throws IllegalStateException when the address is taken
   */
  public static GatewayServer start(
      Vertx vertx,
      String host,
      int port,
      Optional<String> domain,
      Limits limits,
      RequestHandler handler,
      InstantSource clock,
      SecureRandom random) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setMaxChunkSize(BUFFER_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setHandle100ContinueAutomatically(false)
            .setTcpNoDelay(true)
            .setReuseAddress(true)
            .setIdleTimeout(Math.toIntExact(limits.idleConnection().toSeconds()))
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    Semaphore places = new Semaphore(limits.activeRequests());
    AtomicBoolean stopping = new AtomicBoolean();
    Exchanges exchanges =
        new Exchanges(vertx, handler, domain, limits, clock, random, threads, places, stopping);
    HttpServer server = vertx.createHttpServer(options).requestHandler(exchanges::accept);
    try {
      server.listen().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      threads.shutdownNow();
      throw new IllegalStateException(
          "The gateway cannot listen on "
              + host
              + ":"
              + port
              + ": "
              + reason(e)
              + ". Free the port or configure another in holdfast.gateway.listen.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      threads.shutdownNow();
      throw new IllegalStateException("interrupted while starting", e);
    }
    return new GatewayServer(server, threads, limits, places, stopping);
  }

  private static String reason(Exception e) {
    Throwable cause = e.getCause();
    return cause == null ? "no answer in " + START_PATIENCE.toSeconds() + " s" : "" + cause;
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Refuses new requests, waits shortly for the running ones, and stops. */
  @Override
  public void close() {
    stopping.set(true);
    try {
      if (places.tryAcquire(
          limits.activeRequests(), DRAIN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        places.release(limits.activeRequests());
      }
      server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The process ends or the Vertx is closed next, which takes the socket along.
    } finally {
      threads.shutdownNow();
    }
  }
}
