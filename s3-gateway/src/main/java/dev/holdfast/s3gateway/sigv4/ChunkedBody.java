package dev.holdfast.s3gateway.sigv4;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Decodes the aws-chunked framing: chunks of {@code hex-size[;chunk-signature=hex]CRLF data CRLF},
 * ended by one of size 0, then trailers. Bytes are handed on before their chunk's signature was
 * seen, so a caller must not make them visible before it read the end; a wrong signature, length or
 * frame throws. Read by one thread.
 */
public final class ChunkedBody extends InputStream {
  /** Longest line of the framing: a chunk's head or a trailer, bytes. */
  private static final int MAX_LINE_BYTES = 4096;

  private static final int MAX_TRAILERS = 16;
  private static final String SIGNATURE = ";chunk-signature=";
  private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

  private final InputStream in;
  private final Optional<ChunkSigner> signer;
  private final boolean mayTrail;
  private final long declaredBytes;
  private final MessageDigest digest = SigningKey.sha256();
  private final Map<String, String> trailers = new LinkedHashMap<>();
  private final byte[] buffer = new byte[8192];
  private int bufferStart;
  private int bufferEnd;
  private long left;
  private long delivered;
  private String signature = "";
  private boolean inChunk;
  private boolean trailing;
  private boolean ended;

  /**
   * @param signer verifies chunks; absent: chunks carry no signatures
   * @param mayTrail whether trailers may follow the last chunk
   * @param declaredBytes decoded length that the client announced
   */
  public ChunkedBody(
      InputStream in, Optional<ChunkSigner> signer, boolean mayTrail, long declaredBytes) {
    this.in = in;
    this.signer = signer;
    this.mayTrail = mayTrail;
    this.declaredBytes = declaredBytes;
  }

  /** Trailers by lower-case name; complete once the end was read. */
  public Map<String, String> trailers() {
    return Map.copyOf(trailers);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    while (left == 0) {
      if (ended) {
        return -1;
      }
      next();
    }
    int wanted = (int) Math.min(length, left);
    int count;
    if (bufferStart < bufferEnd) {
      count = Math.min(wanted, bufferEnd - bufferStart);
      System.arraycopy(buffer, bufferStart, bytes, offset, count);
      bufferStart += count;
    } else {
      count = in.read(bytes, offset, wanted);
      if (count < 0) {
        throw truncated();
      }
    }
    if (signer.isPresent()) {
      digest.update(bytes, offset, count);
    }
    left -= count;
    return count;
  }

  /** Finishes the chunk just read and starts the next one, or the end. */
  private void next() throws IOException {
    if (inChunk) {
      if (nextByte() != '\r' || nextByte() != '\n') {
        throw malformed("a chunk's data does not end in CRLF");
      }
      verifyChunk();
    }
    String head = line();
    int semicolon = head.indexOf(';');
    String size = semicolon < 0 ? head : head.substring(0, semicolon);
    try {
      left = HexFormat.fromHexDigitsToLong(size);
    } catch (IllegalArgumentException e) {
      throw malformed("a chunk's size is not hexadecimal");
    }
    if (size.isEmpty() || left < 0) {
      throw malformed("a chunk has no size");
    }
    signature =
        head.startsWith(SIGNATURE, size.length())
            ? head.substring(size.length() + SIGNATURE.length())
            : "";
    if (signer.isPresent() && signature.isEmpty()) {
      throw malformed("a chunk has no signature");
    }
    delivered += left;
    if (delivered > declaredBytes) {
      throw incomplete("it is longer than x-amz-decoded-content-length, " + declaredBytes);
    }
    inChunk = true;
    if (left == 0) {
      end();
    }
  }

  private void end() throws IOException {
    trailing = true;
    verifyChunk();
    if (delivered != declaredBytes) {
      throw incomplete(
          "it has " + delivered + " bytes, x-amz-decoded-content-length said " + declaredBytes);
    }
    StringBuilder signed = new StringBuilder();
    Optional<String> trailerSignature = Optional.empty();
    for (String trailer = line(); !trailer.isEmpty(); trailer = line()) {
      int colon = trailer.indexOf(':');
      if (!mayTrail || colon < 1 || trailers.size() == MAX_TRAILERS) {
        throw badTrailer();
      }
      String name = trailer.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      String value = trailer.substring(colon + 1).strip();
      if (name.equals(TRAILER_SIGNATURE)) {
        trailerSignature = Optional.of(value);
      } else {
        if (trailers.put(name, value) != null) {
          throw badTrailer();
        }
        signed.append(name).append(':').append(value).append('\n');
      }
    }
    if (signer.isPresent() && mayTrail) {
      if (trailerSignature.isEmpty()) {
        throw badTrailer();
      }
      if (!signer.get().verifyTrailers(signed.toString(), trailerSignature.get())) {
        throw SignatureVerifier.mismatch();
      }
    }
    if (bufferStart < bufferEnd || in.read() >= 0) {
      throw malformed("bytes follow the last chunk");
    }
    ended = true;
  }

  private void verifyChunk() {
    if (signer.isPresent()
        && !signer.get().verifyChunk(HexFormat.of().formatHex(digest.digest()), signature)) {
      throw SignatureVerifier.mismatch();
    }
  }

  /**
   * One line without its CRLF. The end of the body ends a line too: some clients leave the last
   * CRLF out.
   */
  private String line() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int b = nextByteOrEnd();
      if (b < 0) {
        if (trailing) {
          return text.toString();
        }
        throw truncated();
      }
      if (b == '\n') {
        int end = text.length();
        if (end > 0 && text.charAt(end - 1) == '\r') {
          text.setLength(end - 1);
        }
        return text.toString();
      }
      if (text.length() == MAX_LINE_BYTES) {
        throw malformed("a line is longer than " + MAX_LINE_BYTES + " bytes");
      }
      text.append((char) b);
    }
  }

  private int nextByte() throws IOException {
    int b = nextByteOrEnd();
    if (b < 0) {
      throw truncated();
    }
    return b;
  }

  private int nextByteOrEnd() throws IOException {
    if (bufferStart == bufferEnd) {
      int count = in.read(buffer, 0, buffer.length);
      if (count < 0) {
        return -1;
      }
      bufferStart = 0;
      bufferEnd = count;
    }
    return buffer[bufferStart++] & 0xff;
  }

  private static S3Exception truncated() {
    return incomplete("it ends inside a chunk");
  }

  private static S3Exception incomplete(String why) {
    return new S3Exception(
        S3ErrorCode.INCOMPLETE_BODY, "The request body is incomplete: " + why + ".");
  }

  private static S3Exception malformed(String why) {
    return new S3Exception(
        S3ErrorCode.INVALID_REQUEST, "The aws-chunked framing of the body is broken: " + why + ".");
  }

  private static S3Exception badTrailer() {
    return new S3Exception(
        S3ErrorCode.MALFORMED_TRAILER,
        "The request contained trailing data that was not well-formed or did not conform to our"
            + " published schema.");
  }
}
