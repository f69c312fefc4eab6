package dev.holdfast.s3gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** What the AWS SDK for Java sends with its defaults, over real HTTP. */
class AwsSdkTest extends SdkFixture {
  @Test
  void buckets() {
    s3.createBucket(b -> b.bucket("bucket-two"));

    assertThat(s3.listBuckets().buckets()).extracting(b -> b.name()).contains(BUCKET, "bucket-two");
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
    assertThat(s3.listObjectsV2(b -> b.bucket(BUCKET).encodingType(EncodingType.URL)).contents())
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
        s3.getObjectAsBytes(b ->
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
    assertThat(s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").range("bytes=-2")).asUtf8String())
        .isEqualTo("89");
    refused(
        416,
        "InvalidRange",
        () -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").range("bytes=9-")));
    assertThat(s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").ifMatch(etag)).asByteArray())
        .isEqualTo(CHECK);
    refused(
        412,
        "PreconditionFailed",
        () -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").ifMatch("\"no\"")));
    assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key("k").ifNoneMatch(etag)))
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
    for (String key :
        List.of("a", "a/", "a/1", "a/2", "a//b", "b", "c/1", "\uE000", "\uD83D\uDE00")) {
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
              .presignGetObject(p ->
                  p.signatureDuration(Duration.ofMinutes(5))
                      .getObjectRequest(g -> g.bucket(BUCKET).key("k")))
              .url();
      assertThat(get.openStream().readAllBytes()).isEqualTo(CHECK);
      URL put =
          presigner
              .presignPutObject(p ->
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
        s3.getObjectAttributes(b ->
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
