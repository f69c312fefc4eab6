package dev.holdfast.s3gateway.http;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes requests off the event loop onto virtual threads, as many at a time as the limits allow.
 */
final class Exchanges {
  private final Vertx vertx;
  private final RequestHandler handler;
  private final Optional<String> domain;
  private final Limits limits;
  private final InstantSource clock;
  private final SecureRandom random;
  private final ExecutorService threads;
  private final Semaphore places;
  private final AtomicBoolean stopping;

  Exchanges(
      Vertx vertx,
      RequestHandler handler,
      Optional<String> domain,
      Limits limits,
      InstantSource clock,
      SecureRandom random,
      ExecutorService threads,
      Semaphore places,
      AtomicBoolean stopping) {
    this.vertx = vertx;
    this.handler = handler;
    this.domain = domain;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    this.threads = threads;
    this.places = places;
    this.stopping = stopping;
  }

  /** Called on the event loop. */
  void accept(HttpServerRequest request) {
    Exchange exchange =
        new Exchange(
            request,
            vertx.getOrCreateContext(),
            handler,
            domain,
            limits.patience(),
            clock.instant(),
            random);
    if (stopping.get()) {
      exchange.refuse(
          new S3Exception(
              S3ErrorCode.SERVICE_UNAVAILABLE, "The gateway is shutting down. Try again later."));
    } else if (places.tryAcquire()) {
      threads.execute(() -> {
        try {
          exchange.serve();
        } finally {
          places.release();
        }
      });
    } else {
      exchange.refuse(
          new S3Exception(
                  S3ErrorCode.SLOW_DOWN,
                  "The gateway serves "
                      + limits.activeRequests()
                      + " requests at a time. Reduce your request rate.")
              .withHeader("Retry-After", "1"));
    }
  }
}
