package dev.holdfast.s3gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.fake.MemoryGateway;
import dev.holdfast.s3gateway.http.RawConnection.Answer;
import dev.holdfast.s3gateway.sigv4.RequestSigner;
import dev.holdfast.uplink.ListOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Requests at the edge of HTTP: refused, broken off, waiting, and what becomes of their
 * connections.
 */
class ExchangeTest {
  private static final String PATH = "/bucket/key";

  private static MemoryGateway gateway;

  @BeforeAll
  static void start() {
    gateway = new MemoryGateway();
    gateway.project().createBucket("bucket");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void empty() {
    gateway.project().empty("bucket");
    gateway.project().writeFailure = Optional.empty();
  }

  private static RawConnection connect() throws IOException {
    return new RawConnection(gateway.port());
  }

  private static Map<String, String> headers(RawConnection connection, String... more) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("host", connection.host());
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    return headers;
  }

  private static Answer put(RawConnection connection, String body, String... more)
      throws IOException {
    Map<String, String> headers = headers(connection, more);
    headers.put("content-length", "" + body.length());
    connection.head("PUT", PATH, RequestSigner.sign("PUT", PATH, "", headers));
    connection.send(body);
    return connection.answer(false);
  }

  private static void nothingStored() {
    await().atMost(Duration.ofSeconds(10)).until(() -> gateway.project().openUploads.get() == 0);
    assertThat(gateway.project().list("bucket", new ListOptions("", null, null, 10)).entries())
        .isEmpty();
  }

  @Test
  void unsignedRequestsAreRefusedWithIds() throws IOException {
    try (RawConnection connection = connect()) {
      connection.head("GET", "/bucket", headers(connection));
      Answer answer = connection.answer(false);

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body())
          .contains("<Code>AccessDenied</Code>")
          .contains("<RequestId>" + answer.headers().get("x-amz-request-id") + "</RequestId>");
      assertThat(answer.headers().get("x-amz-id-2")).isNotEmpty();
    }
  }

  @Test
  void wrongSecretUnknownKeyAndWrongClock() throws IOException {
    refused("SignatureDoesNotMatch", Instant.now(), MemoryGateway.ACCESS_KEY_ID, "other");
    refused("InvalidAccessKeyId", Instant.now(), "NOBODY", MemoryGateway.SECRET);
    refused(
        "RequestTimeTooSkewed",
        Instant.now().minusSeconds(1000),
        MemoryGateway.ACCESS_KEY_ID,
        MemoryGateway.SECRET);
  }

  private static void refused(String code, Instant now, String accessKeyId, String secret)
      throws IOException {
    try (RawConnection connection = connect()) {
      connection.head(
          "GET",
          PATH,
          RequestSigner.sign("GET", PATH, "", headers(connection), now, accessKeyId, secret));
      Answer answer = connection.answer(false);

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body())
          .contains("<Code>" + code + "</Code>")
          .doesNotContain(MemoryGateway.SECRET)
          .doesNotContainPattern("[0-9a-f]{64}");
    }
  }

  @Test
  void refusedBodiesLeaveTheConnectionUsableAndNothingBehind() throws IOException {
    try (RawConnection connection = connect()) {
      Answer bad = put(connection, "123456789", "content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==");
      assertThat(bad.status()).isEqualTo(400);
      assertThat(bad.body()).contains("BadDigest");
      Answer badCrc = put(connection, "123456789", "x-amz-checksum-crc32", "AAAAAA==");
      assertThat(badCrc.body()).contains("BadDigest");
      Answer unread = put(connection, "x".repeat(500_000), "x-amz-acl", "public-read");
      assertThat(unread.status()).isEqualTo(501);
      nothingStored();

      Answer good = put(connection, "123456789", "x-amz-checksum-crc32", "y/Q5Jg==");
      assertThat(good.status()).isEqualTo(200);
      assertThat(good.headers()).containsEntry("etag", "\"25f9e794323b453885f5181f1b624d0b\"");
    }
  }

  @Test
  void signedBodyMustBeTheSignedOne() throws IOException {
    try (RawConnection connection = connect()) {
      Answer answer =
          put(
              connection,
              "123456789",
              "x-amz-content-sha256",
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("XAmzContentSHA256Mismatch");
      nothingStored();
    }
  }

  @Test
  void brokenOffBodyLeavesNothingBehind() throws IOException {
    try (RawConnection connection = connect()) {
      Map<String, String> headers = headers(connection, "content-length", "1000000");
      connection.head("PUT", PATH, RequestSigner.sign("PUT", PATH, "", headers));
      connection.send("x".repeat(200_000));
      await().until(() -> gateway.project().openUploads.get() == 1);
    }
    nothingStored();
  }

  @Test
  void stalledBodyTimesOut() throws IOException {
    try (RawConnection connection = connect()) {
      Map<String, String> headers = headers(connection, "content-length", "1000");
      connection.head("PUT", PATH, RequestSigner.sign("PUT", PATH, "", headers));
      connection.send("x");
      Answer answer = connection.answer(false);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("RequestTimeout");
      nothingStored();
    }
  }

  @Test
  void bodyOfUnknownLengthIsRefused() throws IOException {
    try (RawConnection connection = connect()) {
      Map<String, String> headers = headers(connection, "transfer-encoding", "chunked");
      connection.head("PUT", PATH, RequestSigner.sign("PUT", PATH, "", headers));
      connection.send("1\r\nx\r\n0\r\n\r\n");
      Answer answer = connection.answer(false);

      assertThat(answer.status()).isEqualTo(411);
      assertThat(answer.body()).contains("MissingContentLength");
    }
  }

  @Test
  void permissionToSendComesOnlyAfterTheChecks() throws IOException {
    try (RawConnection connection = connect()) {
      Map<String, String> headers =
          headers(connection, "content-length", "9", "expect", "100-continue");
      connection.head("PUT", PATH, RequestSigner.sign("PUT", PATH, "", headers));
      assertThat(connection.answer(false).status()).isEqualTo(100);
      connection.send("123456789");
      assertThat(connection.answer(false).status()).isEqualTo(200);

      headers.put("x-amz-acl", "public-read");
      connection.head("PUT", PATH, RequestSigner.sign("PUT", PATH, "", headers));
      Answer refused = connection.answer(false);
      assertThat(refused.status()).isEqualTo(501);
      assertThat(refused.headers()).containsEntry("connection", "close");
      assertThat(connection.closedByServer()).isTrue();
    }
  }

  @Test
  void headHasNoBodyEvenWhenRefused() throws IOException {
    try (RawConnection connection = connect()) {
      for (int i = 0; i < 2; i++) {
        connection.head("HEAD", PATH, RequestSigner.sign("HEAD", PATH, "", headers(connection)));
        assertThat(connection.answer(true).status()).isEqualTo(404);
      }
    }
  }

  @Test
  void tooFewNodesIsToldWithNeedAndHave() throws IOException {
    gateway.project().writeFailure =
        Optional.of(
            new HoldfastException(
                ErrorCode.TOO_FEW_NODES, "This upload needs 8 nodes, 7 are online."));
    try (RawConnection connection = connect()) {
      Answer answer = put(connection, "123456789");

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsKey("retry-after");
      assertThat(answer.body())
          .contains("<Code>ServiceUnavailable</Code>")
          .contains("needs 8 nodes, 7 are online")
          .contains("too-few-nodes");
      nothingStored();
    }
  }

  @Test
  void bucketsInTheHostName() throws IOException {
    try (RawConnection connection = connect()) {
      assertThat(put(connection, "123456789").status()).isEqualTo(200);
      Map<String, String> headers =
          new LinkedHashMap<>(Map.of("host", "bucket." + MemoryGateway.DOMAIN + ":80"));
      connection.head("GET", "/key", RequestSigner.sign("GET", "/key", "", headers));
      assertThat(connection.answer(false).body()).isEqualTo("123456789");
    }
  }

  @Test
  void rawUtf8InHeadersComesBack() throws IOException {
    try (RawConnection connection = connect()) {
      Answer put = put(connection, "123456789", "x-amz-meta-name", "Gàidhlig \uD83D\uDE00");
      assertThat(put.status()).isEqualTo(200);
      connection.head("HEAD", PATH, RequestSigner.sign("HEAD", PATH, "", headers(connection)));
      assertThat(connection.answer(true).headers())
          .containsEntry("x-amz-meta-name", "Gàidhlig \uD83D\uDE00");
    }
  }

  @Test
  void ifRangeOfAnotherStateGetsTheWhole() throws IOException {
    try (RawConnection connection = connect()) {
      Answer put = put(connection, "123456789");
      String etag = put.headers().get("etag");
      for (String[] known : new String[][] {{etag, "34"}, {"\"other\"", "123456789"}}) {
        Map<String, String> headers =
            headers(connection, "range", "bytes=2-3", "if-range", known[0]);
        connection.head("GET", PATH, RequestSigner.sign("GET", PATH, "", headers));
        assertThat(connection.answer(false).body()).isEqualTo(known[1]);
      }
    }
  }

  @Test
  void bucketsOfOthersAreNotTouched() throws IOException {
    try (RawConnection connection = connect()) {
      Answer answer = put(connection, "123456789", "x-amz-expected-bucket-owner", "123456789012");
      assertThat(answer.status()).isEqualTo(403);
      nothingStored();
    }
  }

  @Test
  void methodsThatS3DoesNotHave() throws IOException {
    try (RawConnection connection = connect()) {
      connection.head("PATCH", PATH, RequestSigner.sign("PATCH", PATH, "", headers(connection)));
      assertThat(connection.answer(false).status()).isEqualTo(405);
    }
  }

  @Test
  void moreRequestsThanPlacesAreSlowedDown() throws IOException {
    try (MemoryGateway small =
            new MemoryGateway(new Limits(1, Duration.ofSeconds(5), Duration.ofSeconds(60)), true);
        RawConnection first = new RawConnection(small.port());
        RawConnection second = new RawConnection(small.port())) {
      small.project().createBucket("bucket");
      Map<String, String> headers = headers(first, "content-length", "9");
      first.head("PUT", PATH, RequestSigner.sign("PUT", PATH, "", headers));
      await().until(() -> small.project().openUploads.get() == 1);
      second.head("GET", PATH, RequestSigner.sign("GET", PATH, "", headers(second)));
      Answer answer = second.answer(false);

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("SlowDown");
      assertThat(answer.headers()).containsEntry("retry-after", "1");
      first.send("123456789");
      assertThat(first.answer(false).status()).isEqualTo(200);
    }
  }
}
