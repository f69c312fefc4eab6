package dev.holdfast.systemtests.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Small rules of our own that no tool checks. */
class TidyTest {
  private static final int LONG_FILE_LINES = 600;

  /** Assembled, so that this file does not hold the words it looks for. */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|enum|record|@interface)\\s+([A-Z]\\w*)");

  /** Words of which the glossary has a better one, and endings and beginnings that say nothing. */
  private static final Pattern BANNED_NAME =
      Pattern.compile(
          "Shard|Fragment|Heartbeat|(?:^|[a-z])Heal(?:[A-Z]|er|ing|$)"
              + "|(?:Utils?|Helpers?|Manager|Impl|Info|Data)$|^Common|^Base[A-Z]|^Abstract[A-Z]");

  /** S3's own word, and what the JDK calls these two. */
  private static final Set<String> NAMED_BY_OTHERS =
      Set.of("CommonPrefix", "PeerKeyManager", "PeerTrustManager");

  private static final Pattern LINK =
      Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
  private static final Pattern CODE_FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern INLINE_CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6}\\s+(.*)$");

  private static final Pattern PACKAGE_DOCUMENT =
      Pattern.compile("(?s)/\\*\\*\\s*(.*?)\\*/\\s*(?:@\\w+\\s+)*@NullMarked\\s+package ");

  @Test
  void nothingIsLeftForLater() {
    List<String> found = new ArrayList<>();
    for (Path file :
        Repository.files(
            ".java", ".md", ".xml", ".proto", ".sql", ".properties", ".sh", "holdfast")) {
      if (!Files.isRegularFile(file)) {
        continue;
      }
      String[] lines = Repository.read(file).split("\n", -1);
      for (int i = 0; i < lines.length; i++) {
        if (UNFINISHED.matcher(lines[i]).find()) {
          found.add(Repository.root().relativize(file) + ":" + (i + 1) + " " + lines[i].strip());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void typeNamesSayWhatTheThingIs() {
    List<String> found = new ArrayList<>();
    for (Path file : Repository.files(".java")) {
      Matcher type = TYPE.matcher(withoutComments(Repository.read(file)));
      while (type.find()) {
        if (BANNED_NAME.matcher(type.group(1)).find() && !NAMED_BY_OTHERS.contains(type.group(1))) {
          found.add(type.group(1) + " in " + Repository.root().relativize(file));
        }
      }
    }
    assertThat(found).as("type names with a banned word, see docs/glossary.md").isEmpty();
  }

  private static String withoutComments(String java) {
    return java.replaceAll("(?s)/\\*.*?\\*/", "")
        .replaceAll("//[^\n]*", "")
        .replaceAll("\"(?:\\\\.|[^\"\\\\\n])*\"", "\"\"");
  }

  @Test
  void linksInDocumentsLeadSomewhere() {
    List<String> broken = new ArrayList<>();
    for (Path file : Repository.files(".md")) {
      String text =
          INLINE_CODE
              .matcher(CODE_FENCE.matcher(Repository.read(file)).replaceAll(""))
              .replaceAll("``");
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        String target = link.group(1);
        if (!leadsSomewhere(file, target)) {
          broken.add(Repository.root().relativize(file) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void testsThatTheThreatModelNamesExist() {
    Set<String> tests =
        Repository.files("Test.java", "IT.java").stream()
            .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
            .collect(Collectors.toSet());
    String model = Repository.read(Repository.root().resolve("docs/threat-model.md"));
    List<String> named =
        NAMED_TEST.matcher(model).results().map(match -> match.group(1)).distinct().toList();
    assertThat(named).hasSizeGreaterThan(10);
    assertThat(tests).containsAll(named);
  }

  private static boolean leadsSomewhere(Path document, String target) {
    if (target.matches("[a-z][a-z0-9+.-]*:.*")) {
      return URI.create(target).getScheme() != null;
    }
    String path = URLDecoder.decode(target.replaceFirst("#.*$", ""), StandardCharsets.UTF_8);
    Path file = path.isEmpty() ? document : document.resolveSibling(path).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    int hash = target.indexOf('#');
    return hash < 0
        || !file.toString().endsWith(".md")
        || anchors(file).contains(target.substring(hash + 1));
  }

  private static Set<String> anchors(Path document) {
    return HEADING
        .matcher(CODE_FENCE.matcher(Repository.read(document)).replaceAll(""))
        .results()
        .map(heading ->
            heading
                .group(1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void everyPackageSaysWhatItDecides() {
    Set<String> wrong = new TreeSet<>();
    for (Path file : Repository.files(".java")) {
      Path description = file.resolveSibling("package-info.java");
      if (file.toString().contains("/src/main/java/")
          || file.toString().contains("/system-tests/")) {
        if (!Files.exists(description)) {
          wrong.add(Repository.root().relativize(description) + " is missing");
        } else if (!hasFirstSentence(Repository.read(description))) {
          wrong.add(
              Repository.root().relativize(description) + ": no first sentence or not @NullMarked");
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean hasFirstSentence(String packageInfo) {
    Matcher document = PACKAGE_DOCUMENT.matcher(packageInfo);
    return document.find() && document.group(1).strip().matches("(?s)\\S.{15,}?\\.(?:\\s.*)?");
  }

  @Test
  void filesFitIntoTheHead() {
    List<String> tooLong = new ArrayList<>();
    for (Path file : Repository.files(".java")) {
      if (!file.toString().contains("/src/main/java/")) {
        continue;
      }
      long lines;
      try (Stream<String> all = Repository.read(file).lines()) {
        lines = all.count();
      }
      if (lines > LONG_FILE_LINES) {
        tooLong.add(Repository.root().relativize(file) + ": " + lines + " lines");
      }
    }
    assertThat(tooLong)
        .as("files of more than %d lines: split them by responsibility", LONG_FILE_LINES)
        .isEmpty();
  }
}
