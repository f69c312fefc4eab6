package dev.holdfast.satellite.runtime;

import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.satellite.database.DatabaseLocation;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a {@link SatelliteConfig} from the keys {@code holdfast.satellite.*}. An unknown key is
 * refused: a misspelt one would silently leave its default. No key switches a check off.
 */
final class SatelliteProperties {
  private static final String PREFIX = "holdfast.satellite.";
  private static final Set<String> KEYS =
      Set.of(
          "directory",
          "listen",
          "public-address",
          "ready-file",
          "scheme",
          "database.url",
          "database.username",
          "database.password-file",
          "database.port",
          "commit-window",
          "max-inline-bytes",
          "check-in-interval",
          "offline-after");

  private final Map<String, String> values;

  private SatelliteProperties(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @param values all configuration keys that begin with {@code holdfast.}
   * @throws IllegalArgumentException naming the key, its value and what it may be
   */
  static SatelliteConfig read(Map<String, String> values) {
    requireKnown(values.keySet());
    return new SatelliteProperties(values).config();
  }

  private static void requireKnown(Set<String> names) {
    Set<String> unknown = new TreeSet<>();
    for (String name : names) {
      if (!name.startsWith(PREFIX) || !KEYS.contains(name.substring(PREFIX.length()))) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown configuration %s; known are %s*: %s"
              .formatted(
                  String.join(", ", unknown), PREFIX, String.join(", ", new TreeSet<>(KEYS))));
    }
  }

  private SatelliteConfig config() {
    Path directory = Path.of(require("directory")).toAbsolutePath();
    String listen = find("listen").orElse("127.0.0.1:0");
    int colon = listen.lastIndexOf(':');
    if (colon < 1) {
      throw invalid("listen", listen, "host:port");
    }
    SatelliteConfig defaults = SatelliteConfig.of(directory);
    String host = listen.substring(0, colon);
    return new SatelliteConfig(
        directory,
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host,
        number("listen", listen.substring(colon + 1)),
        find("public-address"),
        find("ready-file").map(Path::of),
        find("scheme").map(this::scheme),
        database(directory),
        duration("commit-window", defaults.commitWindow()),
        find("max-inline-bytes")
            .map(value -> number("max-inline-bytes", value))
            .orElse(defaults.maxInlineBytes()),
        duration("check-in-interval", defaults.checkInInterval()),
        duration("offline-after", defaults.offlineAfter()));
  }

  private DatabaseLocation database(Path directory) {
    Optional<String> url = find("database.url");
    if (url.isEmpty()) {
      int port = find("database.port").map(value -> number("database.port", value)).orElse(0);
      return new DatabaseLocation.Embedded(directory.resolve("postgres"), port);
    }
    Path passwordFile = Path.of(require("database.password-file"));
    try {
      byte[] password = Files.readString(passwordFile).strip().getBytes(StandardCharsets.UTF_8);
      SecretBytes secret = SecretBytes.copyOf(password);
      Arrays.fill(password, (byte) 0);
      return new DatabaseLocation.External(url.get(), require("database.username"), secret);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the database password file " + passwordFile + " cannot be read", e);
    }
  }

  private RedundancyScheme scheme(String text) {
    try {
      return RedundancyScheme.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PREFIX + "scheme: " + e.getMessage(), e);
    }
  }

  private Duration duration(String key, Duration fallback) {
    return find(key)
        .map(value -> {
          try {
            return Duration.parse(value);
          } catch (DateTimeParseException e) {
            throw invalid(key, value, "a duration such as PT10S or PT1H");
          }
        })
        .orElse(fallback);
  }

  private static int number(String key, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw invalid(key, value, "a whole number");
    }
  }

  private Optional<String> find(String key) {
    return Optional.ofNullable(values.get(PREFIX + key))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private String require(String key) {
    return find(key)
        .orElseThrow(() ->
            new IllegalArgumentException(PREFIX + key + " is missing from the configuration"));
  }

  private static IllegalArgumentException invalid(String key, String value, String expected) {
    return new IllegalArgumentException(
        "%s%s is '%s'; it must be %s".formatted(PREFIX, key, value, expected));
  }
}
