package dev.holdfast.satellite.runtime;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The satellite's process: reads the configuration, runs until it is told to stop. */
@QuarkusMain
public final class SatelliteMain implements QuarkusApplication {
  private static final Logger LOG = LoggerFactory.getLogger(SatelliteMain.class);

  @Override
  public int run(String... arguments) {
    try (Satellite _ = Satellite.start(SatelliteProperties.read(configuration()))) {
      Quarkus.waitForExit();
      return 0;
    } catch (IllegalArgumentException e) {
      LOG.atError().log("the satellite cannot start: {}", e.getMessage());
      return 1;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("the satellite cannot start: {}", e.getMessage());
      return 1;
    }
  }

  private static Map<String, String> configuration() {
    Config config = ConfigProvider.getConfig();
    Map<String, String> values = new HashMap<>();
    for (String name : config.getPropertyNames()) {
      if (name.startsWith("holdfast.")) {
        config.getOptionalValue(name, String.class).ifPresent(value -> values.put(name, value));
      }
    }
    return values;
  }
}
