package dev.holdfast.s3gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.s3gateway.fake.MemoryGateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** What the AWS SDK for Java sends with its defaults, over real HTTP. */
class AwsSdkTest {
  private static final String BUCKET = "bucket-one";
  private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.UTF_8);
  private static final int MIB = 1 << 20;

  private static MemoryGateway gateway;
  private static S3Client s3;

  @BeforeAll
  static void start() {
    gateway = new MemoryGateway();
    s3 = client(c -> {});
  }

  @AfterAll
  static void stop() {
    s3.close();
    gateway.close();
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(MemoryGateway.ACCESS_KEY_ID, MemoryGateway.SECRET));
  }

  private static S3Client client(Consumer<S3Configuration.Builder> settings) {
    return S3Client.builder()
        .endpointOverride(gateway.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(credentials())
        .serviceConfiguration(settings)
        .build();
  }

  @BeforeEach
  void freshBucket() {
    if (gateway.project().findBucket(BUCKET).isEmpty()) {
      s3.createBucket(b -> b.bucket(BUCKET));
    }
    gateway.project().empty(BUCKET);
  }

  private static PutObjectResponse put(String key, byte[] bytes) {
    return s3.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
  }

  private static byte[] get(String key) {
    return s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asByteArray();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void buckets() {
    s3.createBucket(b -> b.bucket("bucket-two"));

    assertThat(s3.listBuckets().buckets())
        .extracting(b -> b.name())
        .contains(BUCKET, "bucket-two");
    s3.headBucket(b -> b.bucket("bucket-two"));
    assertThat(s3.getBucketLocation(b -> b.bucket("bucket-two")).locationConstraintAsString())
        .isNullOrEmpty();
    assertThat(s3.getBucketVersioning(b -> b.bucket("bucket-two")).status()).isNull();
    refused(409, "BucketAlreadyOwnedByYou", () -> s3.createBucket(b -> b.bucket("bucket-two")));
    put("k", CHECK);
    refused(409, "BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket(BUCKET)));
    s3.deleteBucket(b -> b.bucket("bucket-two"));
    refused(404, "NoSuchBucket", () -> s3.deleteBucket(b -> b.bucket("bucket-two")));
    assertThatThrownBy(() -> s3.headBucket(b -> b.bucket("bucket-two")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(404));
  }

  private static void refused(int status, String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.requestId()).hasSize(16);
              assertThat(e.extendedRequestId()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a/b/c",
        "a//b",
        "/leading",
        "trailing/",
        " space and +plus",
        "ü–漢\uD83D\uDE00",
        "e\u0301",
        "%25%2F",
        "a?b=c&d#e",
        "..",
        "a/../b",
        "'\"<>&\\`{}|^~"
      })
  void everyKeyIsItself(String key) {
    put(key, CHECK);

    assertThat(get(key)).isEqualTo(CHECK);
    assertThat(s3.listObjectsV2(b -> b.bucket(BUCKET)).contents())
        .extracting(S3Object::key)
        .containsExactly(key);
    assertThat(
            s3.listObjectsV2(b -> b.bucket(BUCKET).encodingType(EncodingType.URL)).contents())
        .extracting(S3Object::key)
        .containsExactly(key);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 3_000_000})
  void bytesOfEverySize(int size) {
    byte[] bytes = random(size);

    put("k", bytes);

    assertThat(get("k")).isEqualTo(bytes);
    assertThat(s3.headObject(b -> b.bucket(BUCKET).key("k")).contentLength()).isEqualTo(size);
  }

  @Test
  void everyPayloadMode() {
    byte[] bytes = random(300_000);
    List<Consumer<S3Configuration.Builder>> modes =
        List.of(
            c -> c.chunkedEncodingEnabled(false),
            c -> c.chunkedEncodingEnabled(true),
            c -> c.checksumValidationEnabled(false));
    for (Consumer<S3Configuration.Builder> mode : modes) {
      try (S3Client other = client(mode)) {
        other.putObject(
            b -> b.bucket(BUCKET).key("k"),
            RequestBody.fromInputStream(new ByteArrayInputStream(bytes), bytes.length));
        assertThat(get("k")).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ChecksumAlgorithm.class,
      names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
  void checksumsAreStoredAndReturned(ChecksumAlgorithm algorithm) {
    PutObjectResponse put =
        s3.putObject(
            b -> b.bucket(BUCKET).key("k").checksumAlgorithm(algorithm),
            RequestBody.fromBytes(CHECK));
    HeadObjectResponse head =
        s3.headObject(b -> b.bucket(BUCKET).key("k").checksumMode(ChecksumMode.ENABLED));

    assertThat(put.eTag()).isEqualTo("\"25f9e794323b453885f5181f1b624d0b\"");
    assertThat(head.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
    assertThat(
            List.of(
                "" + head.checksumCRC32(),
                "" + head.checksumCRC32C(),
                "" + head.checksumSHA1(),
                "" + head.checksumSHA256()))
        .containsExactly(
            algorithm == ChecksumAlgorithm.CRC32 ? "y/Q5Jg==" : "null",
            algorithm == ChecksumAlgorithm.CRC32_C ? "4waSgw==" : "null",
            algorithm == ChecksumAlgorithm.SHA1 ? "98O8HYCOBHMq32eZZczDTKeuNEE=" : "null",
            algorithm == ChecksumAlgorithm.SHA256
                ? "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="
                : "null");
    assertThat(get("k")).isEqualTo(CHECK);
  }

  @Test
  void wrongChecksumLeavesNothingBehind() {
    refused(
        400,
        "BadDigest",
        () ->
            s3.putObject(
                b -> b.bucket(BUCKET).key("k").checksumCRC32("AAAAAA=="),
                RequestBody.fromBytes(CHECK)));
    refused(
        400,
        "BadDigest",
        () ->
            s3.putObject(
                b -> b.bucket(BUCKET).key("k").checksumCRC64NVME("AAAAAAAAAAA="),
                RequestBody.fromBytes(CHECK)));
    s3.putObject(
        b -> b.bucket(BUCKET).key("good").checksumCRC64NVME("rosUhgp5mIg="),
        RequestBody.fromBytes(CHECK));

    assertThat(s3.listObjectsV2(b -> b.bucket(BUCKET)).contents())
        .extracting(S3Object::key)
        .containsExactly("good");
    assertThat(gateway.project().openUploads).hasValue(0);
  }

  @Test
  void metadataComesBack() {
    s3.putObject(
        PutObjectRequest.builder()
            .bucket(BUCKET)
            .key("k")
            .contentType("text/x-test")
            .cacheControl("no-store")
            .contentDisposition("attachment")
            .contentEncoding("gzip")
            .contentLanguage("gd")
            .metadata(Map.of("one", "1", "two", "a  b"))
            .tagging("t=1&u=2")
            .build(),
        RequestBody.fromBytes(CHECK));

    HeadObjectResponse head = s3.headObject(b -> b.bucket(BUCKET).key("k"));
    assertThat(head.contentType()).isEqualTo("text/x-test");
    assertThat(head.cacheControl()).isEqualTo("no-store");
    assertThat(head.contentDisposition()).isEqualTo("attachment");
    assertThat(head.contentEncoding()).isEqualTo("gzip");
    assertThat(head.contentLanguage()).isEqualTo("gd");
    assertThat(head.metadata()).containsEntry("one", "1").containsEntry("two", "a  b");
    assertThat(s3.getObjectTagging(b -> b.bucket(BUCKET).key("k")).tagSet()).hasSize(2);
    GetObjectResponse overridden =
        s3.getObjectAsBytes(
                b ->
                    b.bucket(BUCKET)
                        .key("k")
                        .responseContentType("text/other")
                        .responseContentDisposition("inline"))
            .response();
    assertThat(overridden.contentType()).isEqualTo("text/other");
    assertThat(overridden.contentDisposition()).isEqualTo("inline");
    assertThat(overridden.tagCount()).isEqualTo(2);
  }

  @Test
  void rangesAndConditions() {
    put("k", CHECK);
    String etag = "\"25f9e794323b453885f5181f1b624d0b\"";

    ResponseBytes<GetObjectResponse> middle =
        s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").range("bytes=2-4"));
    assertThat(middle.asUtf8String()).isEqualTo("345");
    assertThat(middle.response().contentRange()).isEqualTo("bytes 2-4/9");
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").range("bytes=-2")).asUtf8String())
        .isEqualTo("89");
    refused(
        416,
        "InvalidRange",
        () -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").range("bytes=9-")));
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").ifMatch(etag)).asByteArray())
        .isEqualTo(CHECK);
    refused(
        412,
        "PreconditionFailed",
        () -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").ifMatch("\"no\"")));
    assertThatThrownBy(
            () -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").ifNoneMatch(etag)))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(304));
    refused(
        412,
        "PreconditionFailed",
        () ->
            s3.putObject(
                b -> b.bucket(BUCKET).key("k").ifNoneMatch("*"), RequestBody.fromBytes(CHECK)));
    s3.putObject(b -> b.bucket(BUCKET).key("k").ifMatch(etag), RequestBody.fromString("new"));
    refused(
        412,
        "PreconditionFailed",
        () ->
            s3.putObject(
                b -> b.bucket(BUCKET).key("k").ifMatch(etag), RequestBody.fromBytes(CHECK)));
    assertThatThrownBy(() -> get("absent")).isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void listings() {
    for (String key : List.of("a", "a/", "a/1", "a/2", "a//b", "b", "c/1", "\uE000", "\uD83D\uDE00")) {
      put(key, CHECK);
    }

    List<String> all = new ArrayList<>();
    s3.listObjectsV2Paginator(b -> b.bucket(BUCKET).maxKeys(2)).contents().stream()
        .map(S3Object::key)
        .forEach(all::add);
    assertThat(all)
        .containsExactly("a", "a/", "a//b", "a/1", "a/2", "b", "c/1", "\uE000", "\uD83D\uDE00");
    ListObjectsV2Response folders =
        s3.listObjectsV2(b -> b.bucket(BUCKET).delimiter("/").fetchOwner(true));
    assertThat(folders.commonPrefixes()).extracting(p -> p.prefix()).containsExactly("a/", "c/");
    assertThat(folders.contents())
        .extracting(S3Object::key)
        .containsExactly("a", "b", "\uE000", "\uD83D\uDE00");
    assertThat(folders.contents().getFirst().owner().id()).hasSize(64);
    assertThat(folders.keyCount()).isEqualTo(6);
    assertThat(s3.listObjectsV2(b -> b.bucket(BUCKET).startAfter("b")).contents()).hasSize(3);
    assertThat(s3.listObjects(b -> b.bucket(BUCKET).marker("a/1").maxKeys(2)).contents())
        .extracting(S3Object::key)
        .containsExactly("a/2", "b");
    assertThat(s3.listObjectsV2(b -> b.bucket(BUCKET).maxKeys(0)).isTruncated()).isFalse();
    refused(
        400,
        "InvalidArgument",
        () -> s3.listObjectsV2(b -> b.bucket(BUCKET).continuationToken("###")));
    refused(404, "NoSuchBucket", () -> s3.listObjectsV2(b -> b.bucket("absent-bucket")));
  }

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
        s3.createMultipartUpload(
                b ->
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
    return s3.completeMultipartUpload(
            b ->
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
        s3.copyObject(
            b ->
                b.sourceBucket(BUCKET)
                    .sourceKey("a b+c/ü")
                    .destinationBucket(BUCKET)
                    .destinationKey("copy"));
    assertThat(copy.copyObjectResult().eTag()).isEqualTo("\"25f9e794323b453885f5181f1b624d0b\"");
    assertThat(s3.headObject(b -> b.bucket(BUCKET).key("copy")).metadata())
        .containsEntry("m", "old");
    s3.copyObject(
        b ->
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
            s3.copyObject(
                b ->
                    b.sourceBucket(BUCKET)
                        .sourceKey("copy")
                        .destinationBucket(BUCKET)
                        .destinationKey("copy")));
    refused(
        412,
        "PreconditionFailed",
        () ->
            s3.copyObject(
                b ->
                    b.sourceBucket(BUCKET)
                        .sourceKey("copy")
                        .destinationBucket(BUCKET)
                        .destinationKey("other")
                        .copySourceIfMatch("no")));
    s3.copyObject(
        b ->
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
        s3.uploadPartCopy(
                b ->
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

  @Test
  void manyAreDeletedAtOnce() {
    put("a", CHECK);
    put("b<&>", CHECK);
    Delete delete =
        Delete.builder()
            .objects(
                ObjectIdentifier.builder().key("a").build(),
                ObjectIdentifier.builder().key("b<&>").build(),
                ObjectIdentifier.builder().key("absent").build())
            .build();

    DeleteObjectsResponse loud = s3.deleteObjects(b -> b.bucket(BUCKET).delete(delete));
    assertThat(loud.deleted()).extracting(d -> d.key()).containsExactly("a", "b<&>", "absent");
    put("a", CHECK);
    DeleteObjectsResponse quiet =
        s3.deleteObjects(b -> b.bucket(BUCKET).delete(delete.toBuilder().quiet(true).build()));
    assertThat(quiet.deleted()).isEmpty();
    assertThat(s3.listObjectsV2(b -> b.bucket(BUCKET)).contents()).isEmpty();
    s3.deleteObject(b -> b.bucket(BUCKET).key("absent"));
  }

  @Test
  void presignedUrls() throws IOException {
    put("k", CHECK);
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(gateway.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials())
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      URL get =
          presigner
              .presignGetObject(
                  p ->
                      p.signatureDuration(Duration.ofMinutes(5))
                          .getObjectRequest(g -> g.bucket(BUCKET).key("k")))
              .url();
      assertThat(get.openStream().readAllBytes()).isEqualTo(CHECK);
      URL put =
          presigner
              .presignPutObject(
                  p ->
                      p.signatureDuration(Duration.ofMinutes(5))
                          .putObjectRequest(g -> g.bucket(BUCKET).key("put")))
              .url();
      HttpURLConnection connection = (HttpURLConnection) put.openConnection();
      connection.setRequestMethod("PUT");
      connection.setDoOutput(true);
      connection.getOutputStream().write(CHECK);
      assertThat(connection.getResponseCode()).isEqualTo(200);
      assertThat(get("put")).isEqualTo(CHECK);
      HttpURLConnection other =
          (HttpURLConnection) URL.of(URI.create(get + "1"), null).openConnection();
      assertThat(other.getResponseCode()).isEqualTo(403);
    }
  }

  @Test
  void attributes() {
    put("k", CHECK);

    var attributes =
        s3.getObjectAttributes(
            b ->
                b.bucket(BUCKET)
                    .key("k")
                    .objectAttributesWithStrings("ETag", "ObjectSize", "Checksum"));
    assertThat(attributes.eTag()).isEqualTo("25f9e794323b453885f5181f1b624d0b");
    assertThat(attributes.objectSize()).isEqualTo(9);
    assertThat(attributes.checksum().checksumCRC32()).isEqualTo("y/Q5Jg==");
  }

  @Test
  void whatIsNotDoneIsNamed() {
    put("k", CHECK);

    refused(501, "NotImplemented", () -> s3.getBucketPolicy(b -> b.bucket(BUCKET)));
    assertThatThrownBy(() -> s3.getObjectAcl(b -> b.bucket(BUCKET).key("k")))
        .hasMessageContaining("GetObjectAcl is not implemented");
    assertThatThrownBy(() -> s3.listObjectVersions(b -> b.bucket(BUCKET)))
        .hasMessageContaining("ListObjectVersions is not implemented");
  }
}
