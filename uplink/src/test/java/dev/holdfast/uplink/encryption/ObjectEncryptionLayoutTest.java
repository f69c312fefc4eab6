package dev.holdfast.uplink.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.segment.BlockLayout;
import dev.holdfast.uplink.vectors.VectorFile;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectEncryptionLayoutTest {
  private static final VectorFile VECTORS = VectorFile.read("object-encryption.txt");

  static Stream<VectorFile.Case> blocks() {
    return VECTORS.startingWith("block");
  }

  static Stream<VectorFile.Case> wraps() {
    return VECTORS.startingWith("wrap");
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void blocksAreAsSpecified(VectorFile.Case vector) throws AEADBadTagException {
    SecretBytes key = SecretBytes.copyOf(vector.bytes("segment_key"));
    byte[] plain = vector.bytes("plain");
    byte[] encrypted = vector.bytes("encrypted");
    long index = vector.number("block_index");
    boolean last = vector.integer("last") == 1;
    byte[] out = new byte[plain.length + 16];
    assertThat(new SegmentCipher(key).encryptBlock(index, last, plain, 0, plain.length, out, 0))
        .isEqualTo(out.length);
    assertThat(out).isEqualTo(encrypted);
    byte[] decrypted = new byte[plain.length];
    SegmentCipher cipher = new SegmentCipher(key);
    assertThat(cipher.decryptBlock(index, last, encrypted, 0, encrypted.length, decrypted, 0))
        .isEqualTo(plain.length);
    assertThat(decrypted).isEqualTo(plain);
    refused(
        () -> cipher.decryptBlock(index + 1, last, encrypted, 0, encrypted.length, decrypted, 0));
    refused(() -> cipher.decryptBlock(index, !last, encrypted, 0, encrypted.length, decrypted, 0));
    refused(
        () -> cipher.decryptBlock(index, last, encrypted, 0, encrypted.length - 1, decrypted, 0));
    encrypted[0] ^= 1;
    refused(() -> cipher.decryptBlock(index, last, encrypted, 0, encrypted.length, decrypted, 0));
  }

  @Test
  void anInstanceEncryptsNoIndexTwice() {
    SegmentCipher cipher = new SegmentCipher(SecretBytes.copyOf(new byte[32]));
    cipher.encryptBlock(3, false, new byte[1], 0, 1, new byte[17], 0);
    assertThatThrownBy(() -> cipher.encryptBlock(3, false, new byte[1], 0, 1, new byte[17], 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("wraps")
  void wrapsAreAsSpecified(VectorFile.Case vector) {
    SegmentKeyWrap keys = new SegmentKeyWrap(SecretBytes.copyOf(vector.bytes("object_key")));
    SecretBytes key = SecretBytes.copyOf(vector.bytes("segment_key"));
    int epoch = vector.integer("key_epoch");
    int part = vector.integer("part");
    int index = vector.integer("index");
    BlockLayout layout =
        BlockLayout.of(vector.number("plain_bytes"), vector.integer("blocks_per_stripe"));
    byte[] wrapped = vector.bytes("wrapped");
    assertThat(keys.wrap(key, epoch, part, index, layout)).isEqualTo(wrapped);
    assertThat(keys.unwrap(wrapped, epoch, part, index, layout)).isEqualTo(key);
    BlockLayout other = new BlockLayout(layout.plainBytes(), 32_768, layout.blocksPerStripe());
    altered(() -> keys.unwrap(wrapped, epoch + 1, part, index, layout));
    altered(() -> keys.unwrap(wrapped, epoch, part + 1, index, layout));
    altered(() -> keys.unwrap(wrapped, epoch, part, index + 1, layout));
    altered(() -> keys.unwrap(wrapped, epoch, part, index, other));
    altered(() -> keys.unwrap(new byte[0], epoch, part, index, layout));
    wrapped[47] ^= 1;
    altered(() -> keys.unwrap(wrapped, epoch, part, index, layout));
  }

  @Test
  void digestsAreAsSpecified() {
    VectorFile.Case part = VECTORS.named("digest: part");
    ContentDigest partDigest = ContentDigest.ofPart();
    part.byteList("items").forEach(partDigest::add);
    assertThat(partDigest.finish()).isEqualTo(part.bytes("digest"));
    VectorFile.Case object = VECTORS.named("digest: object");
    ContentDigest objectDigest = ContentDigest.ofObject();
    object.byteList("items").forEach(objectDigest::add);
    assertThat(objectDigest.finish()).isEqualTo(object.bytes("digest"));
  }

  private static void altered(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(HoldfastException.class);
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(AEADBadTagException.class);
  }
}
