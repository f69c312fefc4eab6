package dev.holdfast.systemtests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.systemtests.RandomContent;
import dev.holdfast.systemtests.S3Objects;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the gateway refuses, and that nothing of it becomes an object. */
@ExtendWith(ProcessNetworkExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3RefusalsIT {
  private static final String BUCKET = "s3-refusals";
  private static final String UNSIGNED_CHUNKS = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

  private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);

  private S3Client s3;
  private S3Objects objects;
  private SignedRequests requests;

  @BeforeAll
  void connect(ProcessNetwork network) {
    s3 = network.s3();
    objects = S3Objects.inNewBucket(s3, BUCKET);
    requests = SignedRequests.of(network.environment());
  }

  @AfterAll
  void disconnect() {
    s3.close();
  }

  private static List<String> head(SignedRequests sender, String key, long length, Clock clock) {
    return sender.put("/" + BUCKET + "/" + key, "UNSIGNED-PAYLOAD", length, Map.of(), clock);
  }

  private String put(SignedRequests sender, Clock clock) throws IOException {
    return sender.send(head(sender, "refused", TEXT.length, clock), TEXT);
  }

  private static String awsCode(ThrowingCallable call) {
    S3Exception refused = catchThrowableOfType(S3Exception.class, call);
    assertThat(refused).as("the call is refused").isNotNull();
    return refused.awsErrorDetails().errorCode();
  }

  @Test
  void aTrueSignatureIsAccepted() throws IOException {
    assertThat(requests.send(head(requests, "accepted", TEXT.length, Clock.systemUTC()), TEXT))
        .startsWith("HTTP/1.1 200");
    assertThat(objects.get("accepted")).isEqualTo(TEXT);
  }

  @Test
  void aWrongSecretIsRefused() throws IOException {
    assertThat(put(requests.withSecret("wrong"), Clock.systemUTC()))
        .startsWith("HTTP/1.1 403")
        .contains("<Code>SignatureDoesNotMatch</Code>");
    assertThat(objects.keys()).doesNotContain("refused");
  }

  @Test
  void anUnknownAccessKeyIsRefused() throws IOException {
    assertThat(put(requests.withAccessKey("HFNOBODYNOBODYNOBODY"), Clock.systemUTC()))
        .startsWith("HTTP/1.1 403")
        .contains("<Code>InvalidAccessKeyId</Code>");
  }

  @Test
  void aClockThatIsWrongIsRefused() throws IOException {
    for (Duration skew : List.of(Duration.ofHours(-2), Duration.ofHours(2))) {
      assertThat(put(requests, Clock.offset(Clock.systemUTC(), skew)))
          .startsWith("HTTP/1.1 403")
          .contains("<Code>RequestTimeTooSkewed</Code>");
    }
    assertThat(objects.keys()).doesNotContain("refused");
  }

  @Test
  void anAlteredRequestIsRefused() throws IOException {
    List<String> head = head(requests, "one-name", TEXT.length, Clock.systemUTC());
    head.set(0, head.getFirst().replace("one-name", "refused"));
    assertThat(requests.send(head, TEXT))
        .startsWith("HTTP/1.1 403")
        .contains("<Code>SignatureDoesNotMatch</Code>");
    assertThat(objects.keys()).doesNotContain("refused", "one-name");
  }

  @Test
  void aBadChecksumIsRefusedAndLeavesNothing() {
    byte[] bytes = new RandomContent(1, 100_000).bytes();
    byte[] others = new RandomContent(2, 100_000).bytes();
    assertThat(
            awsCode(() ->
                s3.putObject(
                    r ->
                        r.bucket(BUCKET)
                            .key("refused")
                            .checksumSHA256(RandomContent.base64Digest("SHA-256", others)),
                    RequestBody.fromBytes(bytes))))
        .isEqualTo("BadDigest");
    assertThat(
            awsCode(() ->
                s3.putObject(
                    r ->
                        r.bucket(BUCKET)
                            .key("refused")
                            .contentMD5(RandomContent.base64Digest("MD5", others)),
                    RequestBody.fromBytes(bytes))))
        .isEqualTo("BadDigest");
    assertThat(objects.keys()).doesNotContain("refused");
  }

  @Test
  void aTruncatedBodyLeavesNothing() throws IOException {
    byte[] half = new RandomContent(1, 200_000).bytes();
    String response =
        requests.sendAndEnd(head(requests, "refused", 2L * half.length, Clock.systemUTC()), half);
    assertThat(response).doesNotStartWith("HTTP/1.1 200");
    assertThat(objects.keys()).doesNotContain("refused");
  }

  /** A chunk of 50,010 bytes is announced; 50,000 come, then the end of the body. */
  @Test
  void aTruncatedChunkIsRefused() throws IOException {
    byte[] content = new RandomContent(1, 50_000).bytes();
    byte[] start =
        (Integer.toHexString(content.length + 10) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] body = Arrays.copyOf(start, start.length + content.length);
    System.arraycopy(content, 0, body, start.length, content.length);
    String response =
        requests.send(
            requests.put(
                "/" + BUCKET + "/refused",
                UNSIGNED_CHUNKS,
                body.length,
                Map.of(
                    "content-encoding",
                    "aws-chunked",
                    "x-amz-decoded-content-length",
                    Integer.toString(content.length + 10),
                    "x-amz-trailer",
                    "x-amz-checksum-crc32"),
                Clock.systemUTC()),
            body);
    assertThat(response).startsWith("HTTP/1.1 400").contains("<Code>");
    assertThat(objects.keys()).doesNotContain("refused");
  }

  @Test
  void whatIsNotOfferedSaysSo() {
    assertThat(awsCode(() -> s3.getBucketWebsite(r -> r.bucket(BUCKET))))
        .isIn("NotImplemented", "NoSuchWebsiteConfiguration");
  }
}
