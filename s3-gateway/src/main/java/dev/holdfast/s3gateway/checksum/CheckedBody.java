package dev.holdfast.s3gateway.checksum;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.uplink.Checksum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A request's body, out of its framing, that is verified while it is read. Nothing read from it may
 * be made visible before the read came to its end without an exception. Read once, by one thread.
 */
public final class CheckedBody {
  private static final int RUN_BYTES = 65_536;

  private final InputStream in;
  private final OptionalLong lengthBytes;
  private final Optional<String> sha256Hex;
  private final Supplier<Map<String, String>> trailers;
  private final DeclaredChecks declared;

  /**
   * @param in decoded bytes
   * @param lengthBytes decoded length that the client announced; absent: none was
   * @param sha256Hex hash of the bytes that the request's signature covers
   * @param trailers what followed the bytes; asked after their end
   */
  public CheckedBody(
      InputStream in,
      OptionalLong lengthBytes,
      Optional<String> sha256Hex,
      Supplier<Map<String, String>> trailers,
      DeclaredChecks declared) {
    this.in = in;
    this.lengthBytes = lengthBytes;
    this.sha256Hex = sha256Hex;
    this.trailers = trailers;
    this.declared = declared;
  }

  /** Takes the bytes of a body. */
  public interface Sink {
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /** Decoded length that the client announced. */
  public OptionalLong lengthBytes() {
    return lengthBytes;
  }

  /** Algorithm that the client declared a checksum of. */
  public Optional<ChecksumAlgorithm> algorithm() {
    return declared.algorithm();
  }

  /**
   * The same where the checksum header is not of the body: completing an upload declares the
   * object's.
   */
  public CheckedBody withoutChecksum() {
    return new CheckedBody(
        in,
        lengthBytes,
        sha256Hex,
        trailers,
        new DeclaredChecks(Optional.empty(), Optional.empty(), declared.md5()));
  }

  /**
   * Hands all bytes to the sink and verifies everything that was declared.
   *
   * @param wanted algorithm to compute when the client declared none
   * @throws S3Exception when the body is not what was declared
   */
  public Digests transferTo(Sink sink, Optional<ChecksumAlgorithm> wanted) throws IOException {
    BodyDigest digest = new BodyDigest(declared.algorithm().or(() -> wanted));
    Optional<RunningChecksum> sha256 = sha256Hex.map(h -> RunningChecksum.of("SHA-256"));
    byte[] run = new byte[RUN_BYTES];
    long size = 0;
    int filled = 0;
    int count;
    do {
      count = in.read(run, filled, RUN_BYTES - filled);
      filled += Math.max(count, 0);
      if (filled == RUN_BYTES || (count < 0 && filled > 0)) {
        int length = filled;
        digest.update(run, 0, length);
        sha256.ifPresent(c -> c.update(run, 0, length));
        sink.write(run, 0, length);
        size += length;
        filled = 0;
      }
    } while (count >= 0);
    if (lengthBytes.isPresent() && lengthBytes.getAsLong() != size) {
      throw new S3Exception(
          S3ErrorCode.INCOMPLETE_BODY,
          "You did not provide the number of bytes specified by the Content-Length HTTP header: "
              + lengthBytes.getAsLong()
              + " announced, "
              + size
              + " received.");
    }
    Digests digests = digest.finish();
    verifySha256(sha256);
    verifyMd5(HexFormat.of().parseHex(digests.md5Hex()));
    verifyChecksum(digests.checksum().map(Checksum::value).orElse(""));
    return digests;
  }

  /**
   * Reads a small body whole.
   *
   * @throws S3Exception when it is longer than the limit
   */
  public byte[] readAll(int limitBytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    var _ =
        transferTo(
            (run, offset, length) -> {
              if (bytes.size() + length > limitBytes) {
                throw new S3Exception(
                    S3ErrorCode.ENTITY_TOO_LARGE,
                    "The body of this request may have at most " + limitBytes + " bytes.");
              }
              bytes.write(run, offset, length);
            },
            Optional.empty());
    return bytes.toByteArray();
  }

  private void verifySha256(Optional<RunningChecksum> computed) {
    if (computed.isPresent()) {
      String hex = HexFormat.of().formatHex(computed.get().value());
      if (!same(hex, sha256Hex.orElse(""))) {
        throw new S3Exception(
                S3ErrorCode.CONTENT_SHA256_MISMATCH,
                "The provided 'x-amz-content-sha256' header does not match what was computed.")
            .with("ClientComputedContentSHA256", sha256Hex.orElse(""))
            .with("S3ComputedContentSHA256", hex);
      }
    }
  }

  private void verifyMd5(byte[] computed) {
    if (declared.md5().isPresent()
        && !MessageDigest.isEqual(Base64.getDecoder().decode(declared.md5().get()), computed)) {
      throw new S3Exception(
              S3ErrorCode.BAD_DIGEST,
              "The Content-MD5 you specified did not match what we received.")
          .with("ExpectedDigest", declared.md5().get())
          .with("CalculatedDigest", Base64.getEncoder().encodeToString(computed));
    }
  }

  private void verifyChecksum(String computed) {
    if (declared.algorithm().isEmpty()) {
      return;
    }
    ChecksumAlgorithm algorithm = declared.algorithm().get();
    String expected;
    if (declared.value().isPresent()) {
      expected = declared.value().get();
    } else {
      String trailer = trailers.get().get(algorithm.header());
      if (trailer == null) {
        throw new S3Exception(
            S3ErrorCode.MALFORMED_TRAILER,
            "The trailer " + algorithm.header() + " was announced and did not come.");
      }
      DeclaredChecks.requireValue(algorithm, trailer);
      expected = trailer;
    }
    if (!same(expected, computed)) {
      throw new S3Exception(
          S3ErrorCode.BAD_DIGEST,
          "The " + algorithm + " you specified did not match the calculated checksum.");
    }
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
