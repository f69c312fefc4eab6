package dev.holdfast.protocol.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.mac.LabeledHash;
import dev.holdfast.protocol.piece.OwnerCommitment;
import dev.holdfast.protocol.piece.PieceId;
import dev.holdfast.protocol.vectors.VectorFile;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LabeledVectorsTest {
  private final VectorFile vectors = VectorFile.read("labels.txt");

  @Test
  void encodesHashesAndDerivesAsSpecified() {
    for (String name : List.of("none", "one", "two")) {
      VectorFile.Case c = vectors.named(name);
      byte[][] inputs = c.byteList("inputs").toArray(byte[][]::new);
      String label = c.text("label");
      assertThat(LabeledInput.encode(label, 1, inputs)).isEqualTo(c.bytes("encoded"));
      assertThat(LabeledHash.of(label, 1, inputs).toByteArray()).isEqualTo(c.bytes("hash"));
      SecretBytes key = SecretBytes.copyOf(c.bytes("key"));
      assertThat(Hkdf.derive(key, label, 1, 32, inputs).expose()).isEqualTo(c.bytes("hkdf32"));
      assertThat(Hkdf.derive(key, label, 1, 80, inputs).expose()).isEqualTo(c.bytes("hkdf80"));
    }
  }

  @Test
  void commitsToAnOwnerAsSpecified() {
    VectorFile.Case c = vectors.named("owner commitment");
    assertThat(
            OwnerCommitment.of(c.bytes("recovery_public_key"), PieceId.of(c.bytes("piece_id")))
                .toByteArray())
        .isEqualTo(c.bytes("commitment"));
  }

  @Test
  void keepsInputsApart() {
    byte[] ab = {1, 2};
    byte[] a = {1};
    byte[] b = {2};
    byte[] none = {};
    assertThat(LabeledHash.of("label", 1, ab)).isNotEqualTo(LabeledHash.of("label", 1, a, b));
    assertThat(LabeledHash.of("label", 1, ab, none)).isNotEqualTo(LabeledHash.of("label", 1, ab));
    assertThat(LabeledHash.of("label", 1, ab)).isNotEqualTo(LabeledHash.of("label", 2, ab));
    assertThat(LabeledHash.of("label", 1, ab)).isNotEqualTo(LabeledHash.of("labe", 1, ab));
  }

  @Test
  void refusesLengthsOutsideItsRange() {
    assertThatThrownBy(() -> LabeledInput.encode("", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LabeledInput.encode("x".repeat(256), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LabeledInput.encode("x", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hkdf.deriveBytes(new byte[32], "x", 1, 255 * 32 + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8160");
  }

  @Test
  void keepsSecretsOutOfTexts() {
    SecretBytes secret = SecretBytes.copyOf(new byte[] {0x41, 0x42, 0x43});
    assertThat(secret)
        .hasToString("SecretBytes[3 bytes]")
        .isEqualTo(SecretBytes.copyOf(new byte[] {0x41, 0x42, 0x43}));
    assertThat(secret).isNotEqualTo(SecretBytes.copyOf(new byte[] {0x41, 0x42, 0x44}));
    byte[] exposed = secret.expose();
    exposed[0] = 0;
    assertThat(secret.expose()[0]).isEqualTo((byte) 0x41);
    secret.destroy();
    assertThatThrownBy(secret::expose).isInstanceOf(IllegalStateException.class);
  }
}
