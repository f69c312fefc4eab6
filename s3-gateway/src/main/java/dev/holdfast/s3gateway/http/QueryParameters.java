package dev.holdfast.s3gateway.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decoded query parameters in the order sent; a name without "=" has an empty value. Names are
 * case-sensitive.
 */
public record QueryParameters(List<Parameter> all) {
  /** One name and value, decoded. */
  public record Parameter(String name, String value) {}

  public QueryParameters {
    all = List.copyOf(all);
  }

  /** Parses what follows the "?"; null or empty is no parameter. */
  public static QueryParameters parse(@Nullable String rawQuery) {
    List<Parameter> parameters = new ArrayList<>();
    if (rawQuery != null) {
      for (String pair : rawQuery.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          parameters.add(
              new Parameter(PercentCoding.decodeQuery(name), PercentCoding.decodeQuery(value)));
        }
      }
    }
    return new QueryParameters(parameters);
  }

  public boolean has(String name) {
    return find(name).isPresent();
  }

  /** The first value of a name. */
  public Optional<String> find(String name) {
    for (Parameter parameter : all) {
      if (parameter.name().equals(name)) {
        return Optional.of(parameter.value());
      }
    }
    return Optional.empty();
  }

  public String orElse(String name, String other) {
    return find(name).orElse(other);
  }
}
