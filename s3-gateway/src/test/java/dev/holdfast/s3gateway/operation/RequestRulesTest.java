package dev.holdfast.s3gateway.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.s3gateway.checksum.ChecksumAlgorithm;
import dev.holdfast.s3gateway.error.S3Exception;
import dev.holdfast.s3gateway.http.QueryParameters;
import dev.holdfast.s3gateway.http.RequestHeaders;
import dev.holdfast.s3gateway.http.S3Request;
import dev.holdfast.s3gateway.operation.RangeHeader.Span;
import dev.holdfast.s3gateway.operation.ReadConditions.Outcome;
import dev.holdfast.uplink.ByteRange;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectStat;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pure rules of requests: actions' names, ranges, conditions, names, tokens. */
class RequestRulesTest {
  private static final Instant CREATED = Instant.parse("2026-11-23T10:00:00.500Z");

  private static S3Request request(
      String method, String bucket, String key, String query, Map<String, String> headers) {
    return new S3Request(
        "ID",
        CREATED,
        method,
        "/" + bucket + "/" + key,
        QueryParameters.parse(query),
        RequestHeaders.of(headers),
        bucket,
        key,
        "",
        OptionalLong.empty(),
        InputStream.nullInputStream());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, '', '', '', ListBuckets",
    "GET, b, '', '', ListObjects",
    "GET, b, '', 'list-type=2&prefix=x', ListObjectsV2",
    "GET, b, '', uploads, ListMultipartUploads",
    "GET, b, '', versions, ListObjectVersions",
    "PUT, b, '', '', CreateBucket",
    "HEAD, b, '', '', HeadBucket",
    "DELETE, b, '', '', DeleteBucket",
    "POST, b, '', delete, DeleteObjects",
    "POST, b, '', '', PostObject",
    "GET, b, '', acl, GetBucketAcl",
    "PUT, b, '', policy, PutBucketPolicy",
    "DELETE, b, '', cors, DeleteBucketCors",
    "PUT, b, '', lifecycle, PutBucketLifecycleConfiguration",
    "PUT, b, '', versioning, PutBucketVersioning",
    "GET, b, '', location, GetBucketLocation",
    "GET, b, '', object-lock, GetObjectLockConfiguration",
    "PUT, b, '', replication, PutBucketReplication",
    "GET, b, k, '', GetObject",
    "GET, b, k, 'x-id=GetObject&partNumber=1', GetObject",
    "HEAD, b, k, '', HeadObject",
    "PUT, b, k, '', PutObject",
    "DELETE, b, k, '', DeleteObject",
    "PUT, b, k, 'partNumber=1&uploadId=u', UploadPart",
    "POST, b, k, uploads, CreateMultipartUpload",
    "POST, b, k, uploadId=u, CompleteMultipartUpload",
    "DELETE, b, k, uploadId=u, AbortMultipartUpload",
    "GET, b, k, uploadId=u, ListParts",
    "GET, b, k, tagging, GetObjectTagging",
    "PUT, b, k, tagging, PutObjectTagging",
    "PUT, b, k, retention, PutObjectRetention",
    "PUT, b, k, legal-hold, PutObjectLegalHold",
    "GET, b, k, torrent, GetObjectTorrent",
    "GET, b, k, attributes, GetObjectAttributes",
    "POST, b, k, restore, RestoreObject",
    "POST, b, k, 'select&select-type=2', SelectObjectContent",
    "OPTIONS, b, k, '', CorsPreflight"
  })
  void everyActionHasItsName(String method, String bucket, String key, String query, String name) {
    assertThat(ActionNames.of(request(method, bucket, key, query, Map.of()))).contains(name);
  }

  @Test
  void copiesAreToldByTheirHeader() {
    Map<String, String> copy = Map.of("x-amz-copy-source", "/b/k");

    assertThat(ActionNames.of(request("PUT", "b", "k", "", copy))).contains("CopyObject");
    assertThat(ActionNames.of(request("PUT", "b", "k", "uploadId=u&partNumber=1", copy)))
        .contains("UploadPartCopy");
    assertThat(ActionNames.of(request("PATCH", "b", "k", "", Map.of()))).isEmpty();
  }

  @Test
  void ranges() {
    assertThat(RangeHeader.parse("bytes=0-9")).contains(new ByteRange.From(0, 10));
    assertThat(RangeHeader.parse("bytes=5-")).contains(new ByteRange.FromToEnd(5));
    assertThat(RangeHeader.parse("bytes=-5")).contains(new ByteRange.Suffix(5));
    assertThat(RangeHeader.resolve(new ByteRange.From(5, 10), 8)).contains(new Span(5, 3));
    assertThat(RangeHeader.resolve(new ByteRange.Suffix(10), 8)).contains(new Span(0, 8));
    assertThat(RangeHeader.resolve(new ByteRange.FromToEnd(8), 8)).isEmpty();
    assertThat(RangeHeader.resolve(new ByteRange.Suffix(0), 8)).isEmpty();
    assertThat(new Span(5, 3).contentRange(8)).isEqualTo("bytes 5-7/8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=", "bytes=-", "bytes=5", "bytes=9-5", "bytes=0-1,3-4", "items=0-1", "x"})
  void rangesThatCountAsAbsent(String header) {
    assertThat(RangeHeader.parse(header)).isEmpty();
  }

  @Test
  void hugeRangesDoNotOverflow() {
    assertThat(RangeHeader.parse("bytes=0-9223372036854775807"))
        .contains(new ByteRange.FromToEnd(0));
    assertThat(RangeHeader.parse("bytes=0-99999999999999999999"))
        .contains(new ByteRange.FromToEnd(0));
  }

  private static Outcome evaluate(Map<String, String> headers) {
    ObjectStat stat =
        new ObjectStat(
            "k",
            1,
            3,
            "abc",
            Optional.empty(),
            ObjectMetadata.NONE,
            List.of(),
            CREATED,
            Optional.empty());
    return ReadConditions.of(RequestHeaders.of(headers), "").evaluate(stat);
  }

  @Test
  void readConditions() {
    String before = "Mon, 23 Nov 2026 09:59:59 GMT";
    String same = "Mon, 23 Nov 2026 10:00:00 GMT";

    assertThat(evaluate(Map.of())).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Match", "\"abc\""))).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Match", "\"x\", \"abc\""))).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Match", "*"))).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Match", "x"))).isEqualTo(Outcome.FAILED);
    assertThat(evaluate(Map.of("If-None-Match", "W/\"abc\""))).isEqualTo(Outcome.NOT_MODIFIED);
    assertThat(evaluate(Map.of("If-None-Match", "x"))).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Modified-Since", same))).isEqualTo(Outcome.NOT_MODIFIED);
    assertThat(evaluate(Map.of("If-Modified-Since", before))).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Modified-Since", "yesterday"))).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Unmodified-Since", same))).isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-Unmodified-Since", before))).isEqualTo(Outcome.FAILED);
    assertThat(evaluate(Map.of("If-Match", "abc", "If-Unmodified-Since", before)))
        .isEqualTo(Outcome.HOLDS);
    assertThat(evaluate(Map.of("If-None-Match", "x", "If-Modified-Since", same)))
        .isEqualTo(Outcome.HOLDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "a.b-c", "123", "a1234567890123456789012345678901234567890"})
  void goodBucketNames(String name) {
    assertThatCode(() -> Names.requireBucketName(name)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "Abc", "a_b", "-ab", "ab-", "a..b", "1.2.3.4", "xn--abc", "a b"})
  void badBucketNames(String name) {
    assertThatThrownBy(() -> Names.requireBucketName(name)).isInstanceOf(S3Exception.class);
  }

  @Test
  void pageTokensAreOpaqueAndChecked() {
    String token = PageTokens.encode("dir/é\u0001");

    assertThat(token).doesNotContain("dir");
    assertThat(PageTokens.decode(token)).isEqualTo("dir/é\u0001");
    for (String bad : List.of("", "x", "####", "AAAA")) {
      assertThatThrownBy(() -> PageTokens.decode(bad)).isInstanceOf(S3Exception.class);
    }
  }

  @Test
  void uploadIdsCarryTheirChecksum() {
    UploadIds.UploadId id =
        UploadIds.begun("sdk-id", RequestHeaders.of(Map.of("x-amz-checksum-algorithm", "crc32")));

    assertThat(UploadIds.parse(id.text())).isEqualTo(id);
    assertThat(id.algorithm()).contains(ChecksumAlgorithm.CRC32);
    assertThat(id.fullObject()).isFalse();
    assertThat(
            UploadIds.begun("i", RequestHeaders.of(Map.of("x-amz-checksum-algorithm", "CRC64NVME")))
                .fullObject())
        .isTrue();
    assertThat(UploadIds.parse("plain").text()).isEqualTo("plain");
    assertThatThrownBy(() ->
            UploadIds.begun(
                "i",
                RequestHeaders.of(
                    Map.of(
                        "x-amz-checksum-algorithm",
                        "SHA256",
                        "x-amz-checksum-type",
                        "FULL_OBJECT"))))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void chunkingIsNotPartOfTheObjectsEncoding() {
    RequestHeaders both = RequestHeaders.of(Map.of("content-encoding", "gzip, aws-chunked"));
    RequestHeaders only = RequestHeaders.of(Map.of("content-encoding", "aws-chunked"));

    assertThat(MetadataHeaders.of(both).headers()).containsEntry("content-encoding", "gzip");
    assertThat(MetadataHeaders.of(only).headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-acl, public-read",
    "x-amz-grant-read, id=1",
    "x-amz-server-side-encryption, aws:kms",
    "x-amz-server-side-encryption-customer-key, k",
    "x-amz-object-lock-mode, COMPLIANCE",
    "x-amz-website-redirect-location, /x"
  })
  void whatIsNotDoneIsNotDroppedSilently(String header, String value) {
    RequestHeaders headers = RequestHeaders.of(Map.of(header, value));

    assertThatThrownBy(
            () -> {
              HonestHeaders.check(headers);
              HonestHeaders.checkKeys(headers);
            })
        .hasMessageContaining("not implemented");
  }

  @Test
  void whatIsTrueAnywayIsAccepted() {
    Map<String, String> headers =
        Map.of(
            "x-amz-acl", "private",
            "x-amz-storage-class", "STANDARD_IA",
            "x-amz-server-side-encryption", "AES256");

    assertThatCode(() -> HonestHeaders.check(RequestHeaders.of(headers)))
        .doesNotThrowAnyException();
  }
}
