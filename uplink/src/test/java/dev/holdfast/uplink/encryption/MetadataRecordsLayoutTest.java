package dev.holdfast.uplink.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.vectors.FixedRandom;
import dev.holdfast.uplink.vectors.VectorFile;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataRecordsLayoutTest {
  private static final VectorFile VECTORS = VectorFile.read("metadata-records.txt");
  private static final SecretBytes DATA_BRANCH =
      SecretBytes.copyOf(
          VectorFile.read("keys-and-names.txt").named("branches").bytes("data_branch"));

  static Stream<VectorFile.Case> records() {
    return VECTORS.cases().stream().filter(c -> c.fields().containsKey("sealed"));
  }

  static Stream<VectorFile.Case> refused() {
    return VECTORS.startingWith("refused");
  }

  @ParameterizedTest
  @MethodSource("records")
  void recordsAndSealsAreAsSpecified(VectorFile.Case vector) {
    RecordType type = RecordType.valueOf(vector.text("type"));
    byte[] record = vector.bytes("record");
    byte[] sealed = vector.bytes("sealed");
    assertThat(readAndWritten(type, record)).isEqualTo(record);
    MetadataCipher cipher = new MetadataCipher(SecretBytes.copyOf(vector.bytes("object_key")));
    RecordPlace place = place(vector, type, 0);
    assertThat(cipher.seal(type, place, record, new FixedRandom(vector.bytes("nonce"))))
        .isEqualTo(sealed);
    assertThat(cipher.open(type, place, sealed)).isEqualTo(record);
    altered(() -> cipher.open(type, place(vector, type, 1), sealed));
    for (RecordType other : RecordType.values()) {
      if (other != type) {
        altered(() -> cipher.open(other, place, sealed));
      }
    }
    for (int length = 0; length < 31; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      altered(() -> cipher.open(type, place, cut));
    }
    byte[] flipped = sealed.clone();
    flipped[flipped.length - 1] ^= 1;
    altered(() -> cipher.open(type, place, flipped));
    byte[] newer = sealed.clone();
    newer[0] = 2;
    assertCode(ErrorCode.VERSION_UNSUPPORTED, () -> cipher.open(type, place, newer));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void malformedRecordsAreRefused(VectorFile.Case vector) {
    RecordType type = RecordType.valueOf(vector.text("type"));
    assertCode(
        vector.name().contains("version")
            ? ErrorCode.VERSION_UNSUPPORTED
            : ErrorCode.CONTENT_ALTERED,
        () -> readAndWritten(type, vector.bytes("record")));
  }

  @Test
  void aSummaryNamesItsDetail() {
    byte[] sealedDetail = VECTORS.named("detail").bytes("sealed");
    SummaryRecord summary = SummaryRecord.parse(VECTORS.named("summary").bytes("record"));
    assertThat(summary.names(sealedDetail)).isTrue();
    sealedDetail[20] ^= 1;
    assertThat(summary.names(sealedDetail)).isFalse();
  }

  @Test
  void theOtherRowsPlaceDoesNotFit() {
    VectorFile.Case vector = VECTORS.named("summary");
    MetadataCipher cipher = new MetadataCipher(SecretBytes.copyOf(vector.bytes("object_key")));
    Directory root = Directory.ofBucket(DATA_BRANCH, 1, vector.text("bucket"));
    RecordPlace otherName =
        RecordPlace.ofObject(root.object(new byte[] {'a'}), vector.bytes("object_id"), 1);
    altered(() -> cipher.open(RecordType.SUMMARY, otherName, vector.bytes("sealed")));
  }

  private static byte[] readAndWritten(RecordType type, byte[] record) {
    return switch (type) {
      case SUMMARY -> SummaryRecord.parse(record).toBytes();
      case DETAIL -> DetailRecord.parse(record).toBytes();
      case PART -> PartRecord.parse(record).toBytes();
      case UPLOAD -> UploadRecord.parse(record).toBytes();
    };
  }

  private static RecordPlace place(VectorFile.Case vector, RecordType type, int shift) {
    byte[] objectId = vector.bytes("object_id");
    if (type == RecordType.PART) {
      return RecordPlace.ofPart(
          objectId, vector.integer("part") + shift, vector.bytes("attempt_id"));
    }
    KeyPath key = KeyPath.split(vector.bytes("key"));
    ObjectPath path =
        Directory.ofBucket(DATA_BRANCH, 1, vector.text("bucket"))
            .descend(key.directories())
            .object(key.name());
    return RecordPlace.ofObject(path, objectId, vector.number("revision") + shift);
  }

  private static void altered(Runnable call) {
    assertCode(ErrorCode.CONTENT_ALTERED, call);
  }

  private static void assertCode(ErrorCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
