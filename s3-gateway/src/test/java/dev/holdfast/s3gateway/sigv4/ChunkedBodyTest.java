package dev.holdfast.s3gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.s3gateway.error.S3ErrorCode;
import dev.holdfast.s3gateway.error.S3Exception;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The aws-chunked framing: AWS's published examples, and every way to break them. */
class ChunkedBodyTest {
  private static final String SEED =
      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  private static final String TRAILER_SEED =
      "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
  private static final CredentialScope SCOPE = new CredentialScope("20130524", "us-east-1", "s3");
  private static final String DATA = "a".repeat(66_560);

  private static ChunkSigner signer(String seed) {
    SigningKey key = SigningKey.derive(PublishedExamplesTest.SECRET, SCOPE);
    return new ChunkSigner(key, "20130524T000000Z", SCOPE, seed);
  }

  private static String chunk(String data, String signature) {
    String extension = signature.isEmpty() ? "" : ";chunk-signature=" + signature;
    return Integer.toHexString(data.length()) + extension + "\r\n" + data + "\r\n";
  }

  private static String published() {
    return chunk(
            DATA.substring(0, 65_536),
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
        + chunk(
            DATA.substring(65_536),
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497")
        + chunk("", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
  }

  private static String publishedWithTrailer() {
    return chunk(
            DATA.substring(0, 65_536),
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2")
        + chunk(
            DATA.substring(65_536),
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7")
        + "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
        + "x-amz-checksum-crc32c:sOO8/Q==\r\n"
        + "x-amz-trailer-signature:"
        + "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
  }

  private static ChunkedBody body(
      String framed, Optional<ChunkSigner> signer, boolean mayTrail, long declared) {
    return new ChunkedBody(
        new ByteArrayInputStream(framed.getBytes(StandardCharsets.ISO_8859_1)),
        signer,
        mayTrail,
        declared);
  }

  private static String read(ChunkedBody body) throws IOException {
    return new String(body.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void publishedExample() throws IOException {
    ChunkedBody body = body(published(), Optional.of(signer(SEED)), false, DATA.length());

    assertThat(read(body)).isEqualTo(DATA);
  }

  @Test
  void publishedExampleWithTrailer() throws IOException {
    ChunkedBody body =
        body(publishedWithTrailer(), Optional.of(signer(TRAILER_SEED)), true, DATA.length());

    assertThat(read(body)).isEqualTo(DATA);
    assertThat(body.trailers()).isEqualTo(Map.of("x-amz-checksum-crc32c", "sOO8/Q=="));
  }

  @Test
  void unsignedWithTrailer() throws IOException {
    ChunkedBody body =
        body(
            "4\r\nWiki\r\n5\r\npedia\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
            Optional.empty(),
            true,
            9);

    assertThat(read(body)).isEqualTo("Wikipedia");
    assertThat(body.trailers()).isEqualTo(Map.of("x-amz-checksum-crc32", "AAAAAA=="));
  }

  @Test
  void emptyBody() throws IOException {
    assertThat(read(body("0\r\n\r\n", Optional.empty(), true, 0))).isEmpty();
  }

  /**
   * Every body of this framing that is cut off, at each byte near an edge and at some inside the
   * data.
   */
  @Test
  void everyTruncationIsRefused() {
    String whole = publishedWithTrailer();
    List<Integer> cuts = new ArrayList<>();
    for (int cut = 0; cut < whole.length() - 4; cut++) {
      boolean insideData = cut > 100 && cut < 65_600;
      if (!insideData || cut % 8191 == 0) {
        cuts.add(cut);
      }
    }

    for (int cut : cuts) {
      assertThatThrownBy(() ->
              read(
                  body(
                      whole.substring(0, cut),
                      Optional.of(signer(TRAILER_SEED)),
                      true,
                      DATA.length())))
          .as("cut at %d", cut)
          .isInstanceOf(S3Exception.class);
    }
  }

  /**
   * A bit of each kind of byte flipped: size, signature, data, line end, trailer, trailer's
   * signature.
   */
  @Test
  void everyAlterationIsRefused() {
    String whole = publishedWithTrailer();
    int trailer = whole.indexOf("x-amz-checksum");
    int trailerSignature = whole.indexOf("x-amz-trailer-signature:");
    int secondChunk = whole.indexOf("400;chunk-signature");
    List<Integer> positions =
        List.of(
            0,
            5,
            25,
            90,
            40_000,
            secondChunk - 1,
            secondChunk - 2,
            secondChunk,
            secondChunk + 30,
            secondChunk + 200,
            trailer - 10,
            trailer,
            trailer + 24,
            trailerSignature + 30);

    for (int position : positions) {
      char[] altered = whole.toCharArray();
      altered[position] ^= 1;
      assertThatThrownBy(() ->
              read(
                  body(
                      new String(altered), Optional.of(signer(TRAILER_SEED)), true, DATA.length())))
          .as("altered at %d", position)
          .isInstanceOf(S3Exception.class);
    }
  }

  @Test
  void swappedChunksAreRefused() {
    String first = chunk("aaaa", "11");
    assertThatThrownBy(
            () -> read(body(first + first + chunk("", "22"), Optional.of(signer(SEED)), false, 8)))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.code()).isEqualTo(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH));
  }

  @Test
  void truncatedChunkIsAnIncompleteBody() {
    assertThatThrownBy(() -> read(body("8\r\nWiki", Optional.empty(), true, 8)))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.INCOMPLETE_BODY));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 5, 100})
  void otherLengthThanDeclaredIsRefused(long declared) {
    assertThatThrownBy(() -> read(body("4\r\nWiki\r\n0\r\n\r\n", Optional.empty(), true, declared)))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.INCOMPLETE_BODY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\nWiki\r\n0\r\n\r\n",
        "g\r\nWiki\r\n0\r\n\r\n",
        "-4\r\nWiki\r\n0\r\n\r\n",
        "4\r\nWikiXX0\r\n\r\n",
        "ffffffffffffffff\r\nWiki\r\n0\r\n\r\n",
        "11111111111111111\r\nWiki\r\n0\r\n\r\n",
        "4\r\nWiki\r\n0\r\n\r\nmore",
        "4\r\nWiki\r\n0\r\nno colon\r\n\r\n",
        "4\r\nWiki\r\n0\r\na:1\r\na:2\r\n\r\n"
      })
  void brokenFramesAreRefused(String framed) {
    assertThatThrownBy(() -> read(body(framed, Optional.empty(), true, 4)))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void trailersMustBeAnnounced() {
    assertThatThrownBy(
            () -> read(body("4\r\nWiki\r\n0\r\na:1\r\n\r\n", Optional.empty(), false, 4)))
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.code()).isEqualTo(S3ErrorCode.MALFORMED_TRAILER));
  }

  @Test
  void endlessLinesAreRefused() {
    assertThatThrownBy(() -> read(body("0".repeat(10_000), Optional.empty(), true, 4)))
        .isInstanceOf(S3Exception.class);
  }
}
