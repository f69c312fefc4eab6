package dev.holdfast.s3gateway.runtime;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the gateway with its process. */
@ApplicationScoped
class GatewayLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayLifecycle.class);

  private final GatewaySettings settings;
  private final Vertx vertx;
  private @Nullable Gateway gateway;

  GatewayLifecycle(GatewaySettings settings, Vertx vertx) {
    this.settings = settings;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    GatewayConfig config =
        new GatewayConfig(
                "127.0.0.1",
                0,
                settings.region(),
                settings.domain(),
                settings.credentialsFile(),
                settings.presignedV2(),
                settings.readyFile())
            .withListen(settings.listen());
    Gateway started = Gateway.start(config, vertx);
    gateway = started;
    LOG.atInfo().addKeyValue("endpoint", started.endpoint()).log("serving S3");
  }

  void stop(@Observes ShutdownEvent event) {
    Gateway running = gateway;
    if (running != null) {
      running.close();
    }
  }
}
