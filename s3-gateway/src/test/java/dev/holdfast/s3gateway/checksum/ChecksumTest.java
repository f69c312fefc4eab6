package dev.holdfast.s3gateway.checksum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.ObjectPart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Checksums against known values, and what becomes of bodies that do not have theirs. */
class ChecksumTest {
  private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

  private static byte[] value(ChecksumAlgorithm algorithm, byte[] bytes) {
    RunningChecksum running = algorithm.start();
    running.update(bytes, 0, bytes.length);
    return running.value();
  }

  @ParameterizedTest
  @CsvSource({
    "CRC32, cbf43926",
    "CRC32C, e3069283",
    "CRC64NVME, ae8b14860a799888",
    "SHA1, f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    "SHA256, 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
  })
  void checkValues(ChecksumAlgorithm algorithm, String hex) {
    assertThat(HexFormat.of().formatHex(value(algorithm, CHECK))).isEqualTo(hex);
  }

  @Test
  void crc64IsTheSameInAnySplit() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] bytes = new byte[5000];
    random.nextBytes(bytes);
    Crc64Nvme bytewise = new Crc64Nvme();
    for (byte b : bytes) {
      bytewise.update(b);
    }

    for (int round = 0; round < 50; round++) {
      Crc64Nvme split = new Crc64Nvme();
      for (int at = 0; at < bytes.length; ) {
        int count = Math.min(bytes.length - at, 1 + random.nextInt(200));
        split.update(bytes, at, count);
        at += count;
      }
      assertThat(split.getValue()).as("seed %d", seed).isEqualTo(bytewise.getValue());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
  void fullObjectOfPartsIsThatOfTheBytes(ChecksumAlgorithm algorithm) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] bytes = new byte[20_000];
    random.nextBytes(bytes);
    List<ObjectPart> parts = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, random.nextInt(6000));
      parts.add(part(algorithm, parts.size() + 1, Arrays.copyOfRange(bytes, at, at + count)));
      at += count;
    }

    assertThat(ObjectChecksums.fullObject(algorithm, parts))
        .as("seed %d", seed)
        .isEqualTo(
            new Checksum(
                algorithm.name(),
                Base64.getEncoder().encodeToString(value(algorithm, bytes)),
                true));
  }

  private static ObjectPart part(ChecksumAlgorithm algorithm, int number, byte[] bytes) {
    String value = Base64.getEncoder().encodeToString(value(algorithm, bytes));
    return new ObjectPart(
        number, bytes.length, "", Optional.of(new Checksum(algorithm.name(), value, true)));
  }

  @Test
  void compositeIsOverThePartsChecksums() {
    List<ObjectPart> parts =
        List.of(part(ChecksumAlgorithm.SHA256, 1, CHECK), part(ChecksumAlgorithm.SHA256, 2, CHECK));
    byte[] one = value(ChecksumAlgorithm.SHA256, CHECK);
    byte[] both = Arrays.copyOf(one, 64);
    System.arraycopy(one, 0, both, 32, 32);

    assertThat(ObjectChecksums.composite(ChecksumAlgorithm.SHA256, parts).value())
        .isEqualTo(
            Base64.getEncoder().encodeToString(value(ChecksumAlgorithm.SHA256, both)) + "-2");
  }

  @Test
  void multipartEtagIsMd5OfMd5s() {
    // md5("") twice; computed with: printf d41d..d41d.. | xxd -r -p | md5sum
    String empty = "d41d8cd98f00b204e9800998ecf8427e";

    assertThat(ObjectChecksums.multipartEtag(List.of(empty)))
        .isEqualTo("59adb24ef3cdbe0297f05b395827453f-1");
  }

  private static CheckedBody body(Map<String, String> headers, Map<String, String> trailers) {
    return new CheckedBody(
        new ByteArrayInputStream(CHECK),
        OptionalLong.of(CHECK.length),
        Optional.empty(),
        () -> trailers,
        DeclaredChecks.of(RequestHeaders.of(headers)));
  }

  @Test
  void rightChecksumInHeaderOrTrailerIsTaken() throws IOException {
    String value = Base64.getEncoder().encodeToString(HexFormat.of().parseHex("cbf43926"));

    assertThat(body(Map.of("x-amz-checksum-crc32", value), Map.of()).readAll(100)).isEqualTo(CHECK);
    assertThat(
            body(
                    Map.of("x-amz-trailer", "x-amz-checksum-crc32"),
                    Map.of("x-amz-checksum-crc32", value))
                .readAll(100))
        .isEqualTo(CHECK);
    assertThat(body(Map.of("Content-MD5", "JfnnlDI7RTiF9RgfG2JNCw=="), Map.of()).readAll(100))
        .isEqualTo(CHECK);
  }

  @Test
  void wrongOnesAreRefusedByName() {
    String wrong = "AAAAAA==";
    refused(S3ErrorCode.BAD_DIGEST, Map.of("x-amz-checksum-crc32", wrong), Map.of());
    refused(
        S3ErrorCode.BAD_DIGEST,
        Map.of("x-amz-trailer", "x-amz-checksum-crc32c"),
        Map.of("x-amz-checksum-crc32c", wrong));
    refused(
        S3ErrorCode.MALFORMED_TRAILER, Map.of("x-amz-trailer", "x-amz-checksum-sha1"), Map.of());
    refused(S3ErrorCode.BAD_DIGEST, Map.of("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="), Map.of());
    refused(S3ErrorCode.INVALID_DIGEST, Map.of("Content-MD5", "no digest"), Map.of());
    refused(S3ErrorCode.INVALID_REQUEST, Map.of("x-amz-checksum-crc32", "AAA"), Map.of());
    refused(
        S3ErrorCode.INVALID_REQUEST,
        Map.of("x-amz-checksum-crc32", wrong, "x-amz-checksum-crc32c", wrong),
        Map.of());
  }

  private static void refused(
      S3ErrorCode code, Map<String, String> headers, Map<String, String> trailers) {
    assertThatThrownBy(() -> body(headers, trailers).readAll(100))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void shorterAndLargerBodiesAreRefused() {
    CheckedBody shorter =
        new CheckedBody(
            new ByteArrayInputStream(CHECK),
            OptionalLong.of(10),
            Optional.empty(),
            Map::of,
            DeclaredChecks.NONE);

    assertThatThrownBy(() -> shorter.readAll(100))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.INCOMPLETE_BODY));
    assertThatThrownBy(() -> body(Map.of(), Map.of()).readAll(8))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.ENTITY_TOO_LARGE));
  }
}
