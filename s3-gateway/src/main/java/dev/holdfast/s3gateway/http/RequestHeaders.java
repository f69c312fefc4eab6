package dev.holdfast.s3gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Request headers by lower-case name, values as UTF-8 text in the order sent. */
public final class RequestHeaders {
  private final TreeMap<String, List<String>> values = new TreeMap<>();

  /**
   * Takes headers whose values hold one byte in each character, as an HTTP/1.1 parser gives them.
   */
  public static RequestHeaders ofLatin1(Iterable<Map.Entry<String, String>> entries) {
    RequestHeaders headers = new RequestHeaders();
    for (Map.Entry<String, String> entry : entries) {
      String value = entry.getValue();
      headers.add(
          entry.getKey(),
          isAscii(value)
              ? value
              : new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
    return headers;
  }

  /** Takes headers as text. */
  public static RequestHeaders of(Map<String, String> entries) {
    RequestHeaders headers = new RequestHeaders();
    entries.forEach(headers::add);
    return headers;
  }

  /** The same and one more. */
  public RequestHeaders with(String name, String value) {
    RequestHeaders more = new RequestHeaders();
    values.forEach((n, all) -> all.forEach(v -> more.add(n, v)));
    more.add(name, value);
    return more;
  }

  private void add(String name, String value) {
    values.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(value);
  }

  private static boolean isAscii(String value) {
    return value.chars().allMatch(c -> c < 0x80);
  }

  /** The first value of a header, trimmed. */
  public Optional<String> find(String lowerCaseName) {
    List<String> found = values.get(lowerCaseName);
    return found == null ? Optional.empty() : Optional.of(found.getFirst().strip());
  }

  public boolean has(String lowerCaseName) {
    return values.containsKey(lowerCaseName);
  }

  /** All values of a header, empty when absent. */
  public List<String> all(String lowerCaseName) {
    return List.copyOf(values.getOrDefault(lowerCaseName, List.of()));
  }

  /** Lower-case names in order. */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }
}
