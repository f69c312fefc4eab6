package dev.holdfast.systemtests.secrecy;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Searches files and process memory for needles; one pass finds all of them. */
final class Haystack {
  private static final int BUFFER_BYTES = 4 << 20;

  private final List<Needle>[] byFirstByte;
  private final int overlap;

  Haystack(List<Needle> needles) {
    byFirstByte = emptyTable();
    int longest = 0;
    for (Needle needle : needles) {
      byFirstByte[needle.first() & 0xff].add(needle);
      longest = Math.max(longest, needle.length());
    }
    overlap = longest - 1;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<Needle>[] emptyTable() {
    List<Needle>[] table = new List[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = new ArrayList<>();
    }
    return table;
  }

  /** Something that bytes are read from; answers less than asked only at its end. */
  private interface Source {
    int read(byte[] buffer, int offset, int length) throws IOException;
  }

  /** Names of the needles found in any file below the folder, with the file. */
  Set<String> inFiles(Path folder) {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          for (String name : search(in::readNBytes)) {
            found.add(name + " in " + file);
          }
        } catch (NoSuchFileException e) {
          // Logs and databases delete files while we look.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Names of the needles found in the writable memory of a process. */
  Set<String> inMemory(long pid) {
    Set<String> found = new TreeSet<>();
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps"))) {
        String[] fields = line.split("\\s+", 6);
        String place = fields.length > 5 ? fields[5] : "";
        if (!fields[1].startsWith("rw") || place.startsWith("[v")) {
          continue;
        }
        long from = Long.parseUnsignedLong(fields[0].substring(0, fields[0].indexOf('-')), 16);
        long to = Long.parseUnsignedLong(fields[0].substring(fields[0].indexOf('-') + 1), 16);
        found.addAll(searchRegion(memory, from, to));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the memory of process %d cannot be read (needs the same user, and ptrace allowed)"
              .formatted(pid),
          e);
    }
    return found;
  }

  private Set<String> searchRegion(RandomAccessFile memory, long from, long to) throws IOException {
    long[] position = {from};
    return search((buffer, offset, length) -> {
      int wanted = (int) Math.min(length, to - position[0]);
      int done = 0;
      while (done < wanted) {
        memory.seek(position[0]);
        int count;
        try {
          count = memory.read(buffer, offset + done, wanted - done);
        } catch (IOException e) {
          // The region went away, or its pages were never touched.
          return done;
        }
        if (count <= 0) {
          return done;
        }
        done += count;
        position[0] += count;
      }
      return done;
    });
  }

  private Set<String> search(Source source) throws IOException {
    Set<String> found = new TreeSet<>();
    byte[] buffer = new byte[BUFFER_BYTES];
    int kept = 0;
    int count;
    while ((count = source.read(buffer, kept, buffer.length - kept)) > 0) {
      int end = kept + count;
      for (int i = 0; i < end; i++) {
        List<Needle> candidates = byFirstByte[buffer[i] & 0xff];
        for (int n = 0; n < candidates.size(); n++) {
          if (candidates.get(n).isAt(buffer, i, end)) {
            found.add(candidates.get(n).name());
          }
        }
      }
      kept = Math.min(overlap, end);
      System.arraycopy(buffer, end - kept, buffer, 0, kept);
    }
    return found;
  }
}
