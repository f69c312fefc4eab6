package dev.holdfast.uplink.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.vectors.VectorFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeysAndNamesLayoutTest {
  private static final VectorFile VECTORS = VectorFile.read("keys-and-names.txt");
  private static final SecretBytes DATA_BRANCH =
      SecretBytes.copyOf(VECTORS.named("branches").bytes("data_branch"));

  static Stream<VectorFile.Case> names() {
    return VECTORS.cases().stream().filter(c -> c.fields().containsKey("key"));
  }

  static Stream<VectorFile.Case> refused() {
    return VECTORS.startingWith("refused");
  }

  @ParameterizedTest
  @MethodSource("names")
  void givesTheSpecifiedBytes(VectorFile.Case vector) {
    KeyPath key = KeyPath.split(vector.bytes("key"));
    Directory root = Directory.ofBucket(DATA_BRANCH, 1, vector.text("bucket"));
    ObjectPath path = root.descend(key.directories()).object(key.name());
    assertThat(path.encodedKey()).isEqualTo(vector.bytes("encoded_key"));
    assertThat(path.pathHash()).isEqualTo(vector.bytes("path_hash"));
    byte[] objectId = vector.bytes("object_id");
    byte[] wrapped = path.wrap(SecretBytes.copyOf(vector.bytes("object_key")), objectId);
    assertThat(wrapped).isEqualTo(vector.bytes("wrapped_object_key"));
    assertThat(path.unwrap(wrapped, 1, 1, objectId).expose()).isEqualTo(vector.bytes("object_key"));
    assertThat(path.etagToken(vector.text("etag"))).isEqualTo(vector.bytes("etag_token"));
    assertThat(new KeyDecoder(root, new byte[0]).key(path.encodedKey()))
        .isEqualTo(vector.bytes("key"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesOtherNames(VectorFile.Case vector) {
    Directory root = Directory.ofBucket(DATA_BRANCH, 1, vector.text("bucket"));
    altered(() -> root.nameOfObject(vector.bytes("encoded_key")));
    altered(() -> new KeyDecoder(root, new byte[0]).key(vector.bytes("encoded_key")));
  }

  @Test
  void anObjectKeyBelongsToItsNameAndObject() {
    Directory root = Directory.ofBucket(DATA_BRANCH, 1, "photos");
    ObjectPath path = root.object(bytes("a"));
    byte[] objectId = new byte[16];
    byte[] wrapped = path.wrap(SecretBytes.copyOf(new byte[32]), objectId);
    byte[] otherId = objectId.clone();
    otherId[15] ^= 1;
    altered(() -> path.unwrap(wrapped, 1, 1, otherId));
    altered(() -> root.object(bytes("b")).unwrap(wrapped, 1, 1, objectId));
    altered(() -> root.child(bytes("a")).object(bytes("a")).unwrap(wrapped, 1, 1, objectId));
    altered(() -> path.unwrap(Arrays.copyOf(wrapped, 47), 1, 1, objectId));
    assertCode(ErrorCode.VERSION_UNSUPPORTED, () -> path.unwrap(wrapped, 2, 1, objectId));
    assertCode(ErrorCode.VERSION_UNSUPPORTED, () -> path.unwrap(wrapped, 1, 2, objectId));
  }

  @Test
  void keysHaveBounds() {
    assertCode(ErrorCode.BAD_REQUEST, () -> KeyPath.ofKey(""));
    assertCode(ErrorCode.BAD_REQUEST, () -> KeyPath.ofKey("é".repeat(513)));
    assertCode(ErrorCode.BAD_REQUEST, () -> KeyPath.ofKey("a\uDC00"));
    assertThat(KeyPath.ofKey("é".repeat(512)).name()).hasSize(1024);
    assertThat(KeyPath.ofKey("a/".repeat(511) + "a").directories()).hasSize(32);
  }

  @Test
  void theLongestEncodedKeyFitsAnIndexRow() {
    Directory root = Directory.ofBucket(DATA_BRANCH, 1, "photos");
    int longest = 0;
    for (String key :
        new String[] {"a/".repeat(512), "a/".repeat(31) + "x".repeat(962), "x".repeat(1024)}) {
      KeyPath path = KeyPath.ofKey(key);
      longest =
          Math.max(
              longest, root.descend(path.directories()).object(path.name()).encodedKey().length);
    }
    assertThat(longest).isLessThan(2600);
  }

  private static void altered(Runnable call) {
    assertCode(ErrorCode.CONTENT_ALTERED, call);
  }

  private static void assertCode(ErrorCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
