package dev.holdfast.uplink.vectors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One file of test vectors: {@code [case]} lines, then {@code key = value} lines. */
public record VectorFile(List<Case> cases) {

  /** One case. */
  public record Case(String name, Map<String, String> fields) {
    public String text(String key) {
      String value = fields.get(key);
      if (value == null) {
        throw new AssertionError("Case '" + name + "' has no field '" + key + "'.");
      }
      return value;
    }

    public byte[] bytes(String key) {
      return HexFormat.of().parseHex(text(key));
    }

    public long number(String key) {
      return Long.parseLong(text(key));
    }

    public int integer(String key) {
      return Integer.parseInt(text(key));
    }

    /** Byte strings with commas between them; {@code -} for none. */
    public List<byte[]> byteList(String key) {
      List<byte[]> list = new ArrayList<>();
      if (!text(key).equals("-")) {
        for (String item : text(key).split(",", -1)) {
          list.add(HexFormat.of().parseHex(item));
        }
      }
      return list;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  public static VectorFile read(String name) {
    Path file = directory().resolve(name);
    List<Case> cases = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("[")) {
          cases.add(new Case(line.substring(1, line.length() - 1), new LinkedHashMap<>()));
        } else if (!line.isBlank() && !line.startsWith("#")) {
          int equals = line.indexOf('=');
          cases
              .getLast()
              .fields()
              .put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new VectorFile(List.copyOf(cases));
  }

  /** Cases whose name starts so. */
  public Stream<Case> startingWith(String prefix) {
    return cases.stream().filter(c -> c.name().startsWith(prefix));
  }

  public Case named(String name) {
    return cases.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static Path directory() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path vectors = at.resolve("docs/specifications/vectors");
      if (Files.isDirectory(vectors)) {
        return vectors;
      }
    }
    throw new AssertionError(
        "docs/specifications/vectors is not above " + Path.of("").toAbsolutePath());
  }
}
