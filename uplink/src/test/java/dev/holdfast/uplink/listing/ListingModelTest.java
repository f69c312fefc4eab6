package dev.holdfast.uplink.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.fakes.TestProject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListingModelTest {
  private static final List<String> COMPONENTS =
      List.of(
          "",
          "a",
          "b",
          "ab",
          "a!",
          "a0",
          "a-",
          "é",
          "e\u0301",
          "\uFF5E",
          "\uD83D\uDE00",
          "z z",
          "%",
          "\u0001",
          "A",
          "longer-component-than-one-block-of-sixteen-bytes");
  private static final List<String> DELIMITERS = List.of("/", "a", "/a", "b/", "\u00e9", "//", "-");

  private final TestProject test = new TestProject();
  private final Project project = test.project();
  private final TreeSet<String> keys = new TreeSet<>(ListingModelTest::compareUtf8);

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void equalsTheModelForRandomKeys() throws IOException {
    long seed = new Random().nextLong();
    System.err.println("ListingModelTest seed " + seed);
    Random random = new Random(seed);
    project.createBucket("bucket");
    for (String key : List.of("a", "a/", "a//b", "/a", "//", "/", "é", "e\u0301")) {
      put(key);
    }
    for (int i = 0; i < 120; i++) {
      put(randomKey(random));
    }
    put("c/".repeat(511) + "c");
    put("c/".repeat(40) + "x/y");
    put("c/".repeat(32) + "a");
    put("c/".repeat(32));
    put("c/".repeat(31));
    put("d".repeat(1024));
    test.satellite.listPage = 7;
    for (int i = 0; i < 300; i++) {
      String prefix = random.nextInt(3) == 0 ? "" : prefixOfSome(random);
      String delimiter =
          random.nextInt(3) == 0 ? null : DELIMITERS.get(random.nextInt(DELIMITERS.size()));
      String after = random.nextInt(3) == 0 ? prefixOfSome(random) : null;
      int limit = 1 + random.nextInt(12);
      if (i == 150) {
        test.satellite.listPage = 1000;
      }
      List<String> expected = model(prefix, delimiter, after);
      assertThat(listed(prefix, delimiter, after, limit))
          .as("seed %d, prefix '%s', delimiter '%s', after '%s'", seed, prefix, delimiter, after)
          .isEqualTo(expected);
    }
  }

  @Test
  void boundsMemoryByReadingALargeDirectoryAgain() throws IOException {
    project.createBucket("bucket");
    for (int i = 0; i < 300; i++) {
      put("dir/" + Integer.toString(i * 7919 % 300, 36));
    }
    var access = ((dev.holdfast.uplink.project.GrantedProject) project).access();
    byte[] prefix = "dir/".getBytes(StandardCharsets.UTF_8);
    var base = access.keys().directory("bucket", List.of("dir".getBytes(StandardCharsets.UTF_8)));
    KeyWalk walk =
        new KeyWalk(
            new DirectoryReader(access), base, prefix, prefix, new byte[0], true, 20 * 1024);
    List<String> seen = new ArrayList<>();
    for (Child child = walk.next(); child != null; child = walk.next()) {
      seen.add(new String(child.key(), StandardCharsets.UTF_8));
      assertThat(walk.weightBytes()).isLessThanOrEqualTo(20 * 1024);
    }
    assertThat(seen).isEqualTo(new ArrayList<>(keys));
    assertThat(test.satellite.callsTo("listObjects")).isGreaterThan(3);
  }

  @Test
  void showsWritesOnTheNextPage() throws IOException {
    project.createBucket("bucket");
    put("a");
    put("b");
    put("d");
    ListPage first = project.list("bucket", new ListOptions("", null, null, 1));
    put("c");
    assertThat(listed("", null, first.entries().getLast().name(), 10))
        .containsExactly("b", "c", "d");
  }

  @Test
  void takesTheNextPageFromMemory() throws IOException {
    project.createBucket("bucket");
    for (int i = 100; i < 200; i++) {
      put("k" + i);
    }
    assertThat(listed("", null, null, 10)).hasSize(100);
    assertThat(test.satellite.callsTo("listObjects")).isEqualTo(1);
  }

  @Test
  void refusesUnpairedSurrogates() {
    assertThatThrownBy(() -> project.list("bucket", new ListOptions("\uD800", null, null, 1)))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("surrogate");
  }

  private void put(String key) throws IOException {
    if (key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > 1024) {
      return;
    }
    try (ObjectUpload upload = project.upload("bucket", key, UploadOptions.NONE)) {
      upload.commit(CommitOptions.NONE);
    }
    keys.add(key);
  }

  private List<String> listed(
      String prefix, @Nullable String delimiter, @Nullable String after, int limit) {
    List<String> names = new ArrayList<>();
    String marker = after;
    while (true) {
      ListPage page = project.list("bucket", new ListOptions(prefix, delimiter, marker, limit));
      page.entries().stream().map(ListEntry::name).forEach(names::add);
      assertThat(page.entries().size()).isLessThanOrEqualTo(limit);
      if (!page.more()) {
        return names;
      }
      assertThat(page.entries()).hasSize(limit);
      marker = page.entries().getLast().name();
    }
  }

  private List<String> model(String prefix, @Nullable String delimiter, @Nullable String after) {
    TreeSet<String> names = new TreeSet<>(ListingModelTest::compareUtf8);
    for (String key : keys) {
      if (key.startsWith(prefix)) {
        int at = delimiter == null ? -1 : key.indexOf(delimiter, prefix.length());
        String name = delimiter == null || at < 0 ? key : key.substring(0, at + delimiter.length());
        if (after == null || compareUtf8(name, after) > 0) {
          names.add(name);
        }
      }
    }
    return new ArrayList<>(names);
  }

  private String prefixOfSome(Random random) {
    List<String> all = new ArrayList<>(keys);
    String key = all.get(random.nextInt(all.size()));
    int end = random.nextInt(key.length() + 1);
    if (end > 0 && end < key.length() && Character.isLowSurrogate(key.charAt(end))) {
      end--;
    }
    return key.substring(0, end);
  }

  private static String randomKey(Random random) {
    StringBuilder key = new StringBuilder();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      key.append(i == 0 ? "" : "/").append(COMPONENTS.get(random.nextInt(COMPONENTS.size())));
    }
    return key.toString();
  }

  private static int compareUtf8(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
