package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Keys that other systems mangle: each is its own object, and listings tell them apart in byte
 * order.
 */
@ExtendWith(ProcessNetworkExtension.class)
class NamesIT {
  private static final int MAX_KEY_BYTES = 1_024;
  private static final int MANY_COMPONENTS = 512;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Characters of one to four bytes, right-to-left, combining, controls that XML can carry, to the
   * last byte.
   */
  private static String longestOddKey() {
    String[] odd = {
      "é", "e\u0301", "\u202e", "ß", "漢", "🗝", " ", "%", "+", "&", "'", "\"", "<", "?", "#", "\\",
      "~", "\t"
    };
    Random random = new Random(1);
    StringBuilder key = new StringBuilder();
    int bytes = 0;
    while (bytes < MAX_KEY_BYTES) {
      String next = odd[random.nextInt(odd.length)];
      if (bytes + utf8(next).length > MAX_KEY_BYTES) {
        next = "x";
      }
      key.append(next);
      bytes += utf8(next).length;
    }
    return key.toString();
  }

  private static List<String> oddKeys() {
    List<String> keys = new ArrayList<>();
    keys.addAll(List.of("a", "a/", "a//b", "a/b", "/a", "//", "/"));
    // The same text in two Unicode normal forms.
    keys.addAll(List.of("caf\u00e9", "cafe\u0301", "\u1e9b\u0323", "\u1e69", "s\u0323\u0307"));
    keys.addAll(
        List.of(
            "..", ".", "a/../b", "a/./b", "%2F", "%", "a b", "a+b", " ", "A", "\u00df", "\u1e9e"));
    keys.add(longestOddKey());
    keys.add("c/".repeat(MANY_COMPONENTS - 1) + "d");
    keys.add("x".repeat(MAX_KEY_BYTES));
    return keys;
  }

  @Test
  void everyKeyIsItsOwnObject(ProcessNetwork network) {
    List<String> keys = oddKeys();
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "names");
      for (String key : keys) {
        objects.put(key, utf8("content of " + key));
      }
      for (String key : keys) {
        assertThat(objects.get(key)).as(key).isEqualTo(utf8("content of " + key));
      }
      Comparator<String> byteOrder = Comparator.comparing(NamesIT::utf8, Arrays::compareUnsigned);
      assertThat(objects.keys().stream().map(NamesIT::visible))
          .containsExactlyElementsOf(
              keys.stream().sorted(byteOrder).map(NamesIT::visible).toList());
      for (String key : keys) {
        s3.deleteObject(r -> r.bucket("names").key(key));
      }
      assertThat(objects.keys()).isEmpty();
      s3.deleteBucket(r -> r.bucket("names"));
    }
  }

  /** Two keys may look the same: their bytes go into the report. */
  private static String visible(String key) {
    return key + " " + HexFormat.of().formatHex(utf8(key));
  }
}
