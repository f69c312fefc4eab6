package dev.holdfast.s3gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;

/** Multipart uploads and copies as the AWS SDK for Java sends them. */
class AwsSdkMultipartTest extends SdkFixture {
  private static final int MIB = 1 << 20;

  private static CompletedPart part(String key, String uploadId, int number, byte[] bytes) {
    String etag =
        s3.uploadPart(
                b -> b.bucket(BUCKET).key(key).uploadId(uploadId).partNumber(number),
                RequestBody.fromBytes(bytes))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(etag).build();
  }

  private static String begin(String key) {
    return s3.createMultipartUpload(
            b -> b.bucket(BUCKET).key(key).metadata(Map.of("m", "1")).contentType("text/m"))
        .uploadId();
  }

  @Test
  void multipart() {
    String id = begin("big");
    byte[] first = random(5 * MIB);
    byte[] last = random(1000);
    CompletedPart two = part("big", id, 7, last);
    CompletedPart one = part("big", id, 3, first);

    assertThat(s3.listParts(b -> b.bucket(BUCKET).key("big").uploadId(id)).parts())
        .extracting(p -> p.partNumber())
        .containsExactly(3, 7);
    assertThat(s3.listMultipartUploads(b -> b.bucket(BUCKET)).uploads()).hasSize(1);
    refused(400, "InvalidPartOrder", () -> complete("big", id, List.of(two, one)));
    refused(
        400,
        "InvalidPart",
        () ->
            complete(
                "big",
                id,
                List.of(CompletedPart.builder().partNumber(3).eTag(two.eTag()).build())));
    String etag = complete("big", id, List.of(one, two));
    assertThat(etag).endsWith("-2\"");
    assertThat(complete("big", id, List.of(one, two))).isEqualTo(etag);

    byte[] whole = get("big");
    assertThat(whole).startsWith(first).endsWith(last).hasSize(first.length + last.length);
    ResponseBytes<GetObjectResponse> second =
        s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("big").partNumber(2));
    assertThat(second.asByteArray()).isEqualTo(last);
    assertThat(second.response().partsCount()).isEqualTo(2);
    assertThat(second.response().metadata()).containsEntry("m", "1");
    refused(404, "NoSuchUpload", () -> complete("big", "no-such", List.of(one)));
  }

  private static String complete(String key, String id, List<CompletedPart> parts) {
    return s3.completeMultipartUpload(
            b -> b.bucket(BUCKET).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)))
        .eTag();
  }

  @Test
  void smallPartsAndAbortedUploads() {
    String id = begin("k");
    CompletedPart one = part("k", id, 1, CHECK);
    CompletedPart two = part("k", id, 2, CHECK);

    refused(400, "EntityTooSmall", () -> complete("k", id, List.of(one, two)));
    s3.abortMultipartUpload(b -> b.bucket(BUCKET).key("k").uploadId(id));
    refused(404, "NoSuchUpload", () -> part("k", id, 1, CHECK));
    refused(400, "InvalidArgument", () -> part("k", id, 10_001, CHECK));
    assertThat(gateway.project().openUploads).hasValue(0);
  }

  @Test
  void fullObjectChecksumOfParts() {
    String id =
        s3.createMultipartUpload(b ->
                b.bucket(BUCKET)
                    .key("k")
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                    .checksumType(ChecksumType.FULL_OBJECT))
            .uploadId();
    byte[] first = random(5 * MIB);
    CompletedPart one = part("k", id, 1, first);
    CompletedPart two = part("k", id, 2, CHECK);
    CRC32 crc = new CRC32();
    crc.update(first);
    crc.update(CHECK);
    String right =
        Base64.getEncoder()
            .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());

    refused(400, "BadDigest", () -> completeWith(id, List.of(one, two), "AAAAAA=="));
    assertThat(completeWith(id, List.of(one, two), right)).isEqualTo(right);
    assertThat(
            s3.headObject(b -> b.bucket(BUCKET).key("k").checksumMode(ChecksumMode.ENABLED))
                .checksumCRC32())
        .isEqualTo(right);
  }

  private static String completeWith(String id, List<CompletedPart> parts, String crc32) {
    return s3.completeMultipartUpload(b ->
            b.bucket(BUCKET)
                .key("k")
                .uploadId(id)
                .checksumCRC32(crc32)
                .checksumType(ChecksumType.FULL_OBJECT)
                .multipartUpload(m -> m.parts(parts)))
        .checksumCRC32();
  }

  @Test
  void copies() {
    s3.putObject(
        b -> b.bucket(BUCKET).key("a b+c/ü").metadata(Map.of("m", "old")),
        RequestBody.fromBytes(CHECK));

    CopyObjectResponse copy =
        s3.copyObject(b ->
            b.sourceBucket(BUCKET)
                .sourceKey("a b+c/ü")
                .destinationBucket(BUCKET)
                .destinationKey("copy"));
    assertThat(copy.copyObjectResult().eTag()).isEqualTo("\"25f9e794323b453885f5181f1b624d0b\"");
    assertThat(s3.headObject(b -> b.bucket(BUCKET).key("copy")).metadata())
        .containsEntry("m", "old");
    s3.copyObject(b ->
        b.sourceBucket(BUCKET)
            .sourceKey("copy")
            .destinationBucket(BUCKET)
            .destinationKey("copy")
            .metadataDirective(MetadataDirective.REPLACE)
            .metadata(Map.of("m", "new")));
    assertThat(s3.headObject(b -> b.bucket(BUCKET).key("copy")).metadata())
        .containsEntry("m", "new");
    refused(
        400,
        "InvalidRequest",
        () ->
            s3.copyObject(b ->
                b.sourceBucket(BUCKET)
                    .sourceKey("copy")
                    .destinationBucket(BUCKET)
                    .destinationKey("copy")));
    refused(
        412,
        "PreconditionFailed",
        () ->
            s3.copyObject(b ->
                b.sourceBucket(BUCKET)
                    .sourceKey("copy")
                    .destinationBucket(BUCKET)
                    .destinationKey("other")
                    .copySourceIfMatch("no")));
    s3.copyObject(b ->
        b.sourceBucket(BUCKET)
            .sourceKey("copy")
            .destinationBucket(BUCKET)
            .destinationKey("summed")
            .checksumAlgorithm(ChecksumAlgorithm.SHA256));
    assertThat(
            s3.headObject(b -> b.bucket(BUCKET).key("summed").checksumMode(ChecksumMode.ENABLED))
                .checksumSHA256())
        .isEqualTo("FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=");
  }

  @Test
  void partsAreCopiedFromRanges() {
    put("source", CHECK);
    String id = begin("target");

    String etag =
        s3.uploadPartCopy(b ->
                b.sourceBucket(BUCKET)
                    .sourceKey("source")
                    .destinationBucket(BUCKET)
                    .destinationKey("target")
                    .uploadId(id)
                    .partNumber(1)
                    .copySourceRange("bytes=3-5"))
            .copyPartResult()
            .eTag();
    complete("target", id, List.of(CompletedPart.builder().partNumber(1).eTag(etag).build()));

    assertThat(get("target")).isEqualTo("456".getBytes(StandardCharsets.UTF_8));
  }
}
