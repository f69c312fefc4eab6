package dev.holdfast.uplink.keyslots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.vectors.FixedRandom;
import dev.holdfast.uplink.vectors.VectorFile;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeySlotsTest {
  private static final VectorFile VECTORS = VectorFile.read("key-slots.txt");
  private static final VectorFile.Case BRANCHES =
      VectorFile.read("keys-and-names.txt").named("branches");
  private static final GuessingCost CHEAPEST = new GuessingCost(65_536, 2, 1);

  private final SecureRandom random = new SecureRandom();

  static Stream<VectorFile.Case> refused() {
    return VECTORS.startingWith("refused");
  }

  @Test
  void slotsAreAsSpecified() {
    VectorFile.Case vector = VECTORS.named("two passphrases");
    KeySlots slots = KeySlots.parse(vector.bytes("slots"));
    assertThat(slots.serialize()).isEqualTo(vector.bytes("slots"));
    MasterKey expected = MasterKey.generate(new FixedRandom(vector.bytes("master_key")));
    assertThat(slots.open(vector.text("passphrase").toCharArray())).isEqualTo(expected);
    assertThat(slots.open(vector.text("other_passphrase").toCharArray())).isEqualTo(expected);
  }

  @Test
  void branchesAreAsSpecified() {
    MasterKey master = MasterKey.generate(new FixedRandom(BRANCHES.bytes("master_key")));
    assertThat(master.dataBranch(1).expose()).isEqualTo(BRANCHES.bytes("data_branch"));
    assertThat(master.manifestBranch(1).expose()).isEqualTo(BRANCHES.bytes("manifest_branch"));
    assertThat(master.recoveryPublicKey()).isEqualTo(BRANCHES.bytes("recovery_public_key"));
    assertThat(master).hasToString("MasterKey");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void otherSlotsAreRefused(VectorFile.Case vector) {
    assertThatThrownBy(() -> KeySlots.parse(vector.bytes("slots")))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.code()).isIn(ErrorCode.BAD_REQUEST, ErrorCode.VERSION_UNSUPPORTED));
  }

  @Test
  void aPassphraseCanBeChanged() {
    MasterKey master = MasterKey.generate(random);
    char[] first = "first passphrase".toCharArray();
    char[] second = "second passphrase".toCharArray();
    KeySlots slots = KeySlots.seal(master, first, CHEAPEST, random);
    assertThatThrownBy(() -> slots.open(second))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.PASSPHRASE_WRONG);
              assertThat(e.getMessage()).doesNotContain("second");
            });
    KeySlots changed =
        KeySlots.parse(slots.changePassphrase(first, second, CHEAPEST, random).serialize());
    assertThat(changed.open(second)).isEqualTo(master);
    assertThatThrownBy(() -> changed.open(first)).isInstanceOf(HoldfastException.class);
  }

  @Test
  void anAlteredMasterKeyIsTold() {
    VectorFile.Case vector = VECTORS.named("two passphrases");
    byte[] slots = vector.bytes("slots");
    slots[6 + 60] ^= 1;
    byte[] digest =
        dev.holdfast.protocol.mac.LabeledHash.newSha256()
            .digest(java.util.Arrays.copyOf(slots, slots.length - 4));
    System.arraycopy(digest, 0, slots, slots.length - 4, 4);
    assertThatThrownBy(() -> KeySlots.parse(slots).open(vector.text("passphrase").toCharArray()))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("altered");
  }

  @Test
  void shortPassphrasesAreRefused() {
    assertThatThrownBy(() ->
            KeySlots.seal(MasterKey.generate(random), "short".toCharArray(), CHEAPEST, random))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("at least 8");
  }
}
