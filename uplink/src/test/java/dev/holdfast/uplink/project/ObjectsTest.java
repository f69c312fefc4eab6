package dev.holdfast.uplink.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.SegmentRow;
import dev.holdfast.uplink.ByteRange;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.fakes.FakeSatellite.Stored;
import dev.holdfast.uplink.fakes.TestProject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectsTest {
  private static final int SEGMENT = 64 << 20;

  private final TestProject test = new TestProject();
  private final Project project = test.project();

  @BeforeEach
  void createBucket() {
    project.createBucket("bucket");
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void smallObjectsTakeOneRoundTrip() throws IOException {
    put("warm up", bytes(1, 0));
    int before = calls();
    put("key", bytes(16_384, 1));
    assertThat(calls() - before).isEqualTo(1);
    assertThat(read("key", DownloadOptions.ALL)).isEqualTo(bytes(16_384, 1));
    assertThat(test.transfers.ciphertexts).isEmpty();
  }

  @Test
  void objectsOfOneSegmentTakeTwoRoundTrips() throws IOException {
    put("warm up", bytes(1, 0));
    int before = calls();
    put("key", bytes(16_385, 1));
    assertThat(calls() - before).isEqualTo(2);
    assertThat(read("key", DownloadOptions.ALL)).isEqualTo(bytes(16_385, 1));
    assertThat(test.transfers.ciphertexts).hasSize(1);
  }

  @Test
  void emptyObjectsAreInlineAndAuthenticated() throws IOException {
    ObjectStat stat = put("key", new byte[0]);
    assertThat(stat.sizeBytes()).isZero();
    assertThat(stat.etag()).matches("[0-9a-f]{32}-1");
    assertThat(read("key", DownloadOptions.ALL)).isEmpty();
    refused(ErrorCode.RANGE_INVALID, () -> read("key", range(new ByteRange.Suffix(5))));
  }

  @Test
  void longObjectsAreCutIntoSegmentsAndReadByRanges() throws IOException {
    byte[] content = bytes(2 * SEGMENT + 5_000, 2);
    put("key", content);
    Stored stored = test.satellite.only("bucket");
    assertThat(stored.segments).hasSize(3);
    assertThat(stored.segments.get(2).hasInlineCiphertext()).isTrue();
    assertThat(test.satellite.callsTo("commitSegment")).isEqualTo(2);
    assertThat(test.transfers.mostUploading.get()).isLessThanOrEqualTo(2);
    assertThat(Arrays.equals(read("key", DownloadOptions.ALL), content)).isTrue();
    for (ByteRange asked :
        List.of(
            new ByteRange.From(SEGMENT - 10, 20),
            new ByteRange.From(0, 1),
            new ByteRange.From(SEGMENT, SEGMENT + 3),
            new ByteRange.FromToEnd(2L * SEGMENT - 1),
            new ByteRange.Suffix(7),
            new ByteRange.Suffix(5_001))) {
      byte[] expected =
          switch (asked) {
            case ByteRange.From(long offset, long length) ->
                Arrays.copyOfRange(content, (int) offset, (int) (offset + length));
            case ByteRange.FromToEnd(long offset) ->
                Arrays.copyOfRange(content, (int) offset, content.length);
            case ByteRange.Suffix(long length) ->
                Arrays.copyOfRange(content, (int) (content.length - length), content.length);
          };
      assertThat(Arrays.equals(read("key", range(asked)), expected)).as("%s", asked).isTrue();
    }
    refused(
        ErrorCode.RANGE_INVALID, () -> read("key", range(new ByteRange.FromToEnd(content.length))));
  }

  @Test
  void anObjectThatEndsWithASegmentHasNoEmptyOne() throws IOException {
    byte[] content = bytes(SEGMENT, 3);
    put("key", content);
    assertThat(test.satellite.only("bucket").segments).hasSize(1);
    assertThat(Arrays.equals(read("key", DownloadOptions.ALL), content)).isTrue();
  }

  @Test
  void metadataComesBack() throws IOException {
    ObjectMetadata metadata =
        new ObjectMetadata(
            "text/plain",
            Map.of("cache-control", "no-store"),
            Map.of("colour", "grün"),
            Map.of("tag", "1"));
    Checksum checksum = new Checksum("CRC32", "AAAAAA==", true);
    try (ObjectUpload upload =
        project.upload("bucket", "key", new UploadOptions(metadata, Optional.empty()))) {
      upload.write(bytes(10, 0), 0, 10);
      upload.commit(new CommitOptions(Optional.of("etag"), Optional.of(checksum), Conditions.NONE));
    }
    ObjectStat stat = project.stat("bucket", "key", 0);
    assertThat(stat.metadata()).isEqualTo(metadata);
    assertThat(stat.etag()).isEqualTo("etag");
    assertThat(stat.checksum()).contains(checksum);
    assertThat(stat.parts()).isEmpty();
    var entry = project.list("bucket", new ListOptions("", null, null, 10)).entries().getFirst();
    assertThat(entry.toString()).contains("text/plain").contains("etag=etag");
  }

  @Test
  void aLostAnswerDoesNotWriteTwice() throws IOException {
    test.satellite.loseAnswersOf.addAll(List.of("commitObject", "beginSegment"));
    ObjectStat stat = putIf("key", bytes(100_000, 1), new Conditions(true, List.of(), List.of()));
    assertThat(test.satellite.callsTo("commitObject")).isEqualTo(2);
    assertThat(project.stat("bucket", "key", 0).version()).isEqualTo(stat.version());
  }

  @Test
  void conditionsAreDecidedByTokens() throws IOException {
    ObjectStat first = put("key", bytes(1, 0));
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () -> putIf("key", bytes(2, 0), new Conditions(true, List.of(), List.of())));
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () -> putIf("key", bytes(2, 0), new Conditions(false, List.of("other"), List.of())));
    ObjectStat second =
        putIf("key", bytes(2, 0), new Conditions(false, List.of(first.etag()), List.of()));
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () -> project.delete("bucket", "key", new DeleteOptions(0, List.of(first.etag()))));
    assertThat(project.delete("bucket", "key", new DeleteOptions(0, List.of(second.etag()))))
        .isTrue();
    assertThat(project.delete("bucket", "key", DeleteOptions.NONE)).isFalse();
  }

  @Test
  void anAbandonedUploadIsCancelled() throws IOException {
    try (ObjectUpload upload = project.upload("bucket", "key", UploadOptions.NONE)) {
      upload.write(bytes(200_000, 0), 0, 200_000);
      Awaitility.await().until(() -> test.satellite.callsTo("beginSegment") == 1);
    }
    Awaitility.await().until(() -> test.satellite.callsTo("cancelUpload") == 1);
    refused(ErrorCode.OBJECT_NOT_FOUND, () -> project.stat("bucket", "key", 0));
    assertThat(test.transfers.uploading.get()).isZero();
  }

  @Test
  void copiesAreReWrapped() throws IOException {
    byte[] content = bytes(300_000, 4);
    ObjectStat source = put("key", content);
    ObjectMetadata other = new ObjectMetadata("a/b", Map.of(), Map.of("x", "y"), Map.of());
    ObjectStat copy =
        project.copy(
            "bucket",
            "key",
            "bucket",
            "dir/copy",
            new CopyOptions(0, Optional.of(source.etag()), Optional.of(other), Conditions.NONE));
    assertThat(copy.metadata()).isEqualTo(other);
    assertThat(copy.etag()).isEqualTo(source.etag());
    project.delete("bucket", "key", DeleteOptions.NONE);
    assertThat(read("dir/copy", DownloadOptions.ALL)).isEqualTo(content);
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () ->
            project.copy(
                "bucket",
                "dir/copy",
                "bucket",
                "again",
                new CopyOptions(0, Optional.of("other"), Optional.empty(), Conditions.NONE)));
  }

  @Test
  void anOpenedVersionStaysTheSame() throws IOException {
    byte[] content = bytes(3 * SEGMENT, 5);
    put("key", content);
    try (ObjectDownload download = project.download("bucket", "key", DownloadOptions.ALL)) {
      put("key", bytes(5, 6));
      refused(ErrorCode.OBJECT_CHANGED, () -> download.transferTo(new ByteArrayOutputStream()));
    }
  }

  @Test
  void deleteAllAnswersEachKey() throws IOException {
    put("a", bytes(1, 0));
    assertThat(project.deleteAll("bucket", List.of("a", "x".repeat(1025), "absent")))
        .extracting(result -> result.refused().map(ErrorCode::stableName).orElse("done"))
        .containsExactly("done", "bad-request", "done");
  }

  @Test
  void aLyingSatelliteIsFoundOut() throws IOException {
    byte[] content = bytes(2 * SEGMENT, 7);
    put("key", content);
    Stored stored = test.satellite.only("bucket");
    List<SegmentRow> segments = List.copyOf(stored.segments);

    Collections.swap(stored.segments, 0, 1);
    alteredWhenRead();
    stored.segments.clear();
    stored.segments.add(segments.get(0));
    alteredWhenRead();
    stored.segments.clear();
    stored.segments.addAll(segments);
    stored.segments.set(
        1,
        segments.get(1).toBuilder()
            .setLayout(segments.get(1).getLayout().toBuilder().setPlainBytes(SEGMENT - 1))
            .build());
    alteredWhenRead();
    stored.segments.set(1, segments.get(1));

    var row = stored.row;
    stored.row = row.toBuilder().setRevision(2).build();
    alteredWhenRead();
    stored.row = row.toBuilder().setObjectId(ByteString.copyFrom(new byte[16])).build();
    alteredWhenRead();
    put("key", bytes(30, 8));
    var newer = test.satellite.only("bucket").row;
    test.satellite.only("bucket").row =
        newer.toBuilder().setEncryptedDetail(row.getEncryptedDetail()).build();
    alteredWhenRead();
    test.satellite.only("bucket").row =
        newer.toBuilder().setEncryptedSummary(row.getEncryptedSummary()).build();
    alteredWhenRead();
  }

  @Test
  void segmentsOfAnotherAttemptAreFoundOutBeforeAByteIsDelivered() throws IOException {
    String uploadId = project.beginMultipart("bucket", "key", UploadOptions.NONE);
    List<SegmentRow> firstAttempt = part(uploadId, bytes(20_000, 1));
    part(uploadId, bytes(20_000, 2));
    var parts = project.listParts("bucket", "key", uploadId, 0, 10).parts();
    project.completeMultipart(
        "bucket",
        "key",
        uploadId,
        List.of(new dev.holdfast.uplink.ChosenPart(1, parts.getFirst().part().etag())),
        new dev.holdfast.uplink.CompleteOptions(
            Optional.empty(), Optional.empty(), Conditions.NONE));
    Stored stored = test.satellite.only("bucket");
    assertThat(read("key", DownloadOptions.ALL)).isEqualTo(bytes(20_000, 2));
    stored.segments.clear();
    stored.segments.addAll(firstAttempt);
    ByteArrayOutputStream delivered = new ByteArrayOutputStream();
    try (ObjectDownload download = project.download("bucket", "key", DownloadOptions.ALL)) {
      refused(ErrorCode.CONTENT_ALTERED, () -> download.transferTo(delivered));
    }
    assertThat(delivered.size()).isZero();
  }

  private List<SegmentRow> part(String uploadId, byte[] content) throws IOException {
    try (var upload = project.uploadPart("bucket", "key", uploadId, 1)) {
      upload.write(content, 0, content.length);
      upload.commit(CommitOptions.NONE);
    }
    return test.satellite
        .uploads
        .values()
        .iterator()
        .next()
        .parts()
        .firstEntry()
        .getValue()
        .segments();
  }

  private void alteredWhenRead() {
    refused(ErrorCode.CONTENT_ALTERED, () -> read("key", DownloadOptions.ALL));
  }

  private ObjectStat put(String key, byte[] content) throws IOException {
    return putIf(key, content, Conditions.NONE);
  }

  private ObjectStat putIf(String key, byte[] content, Conditions conditions) throws IOException {
    try (ObjectUpload upload = project.upload("bucket", key, UploadOptions.NONE)) {
      for (int at = 0; at < content.length; at += 100_000) {
        upload.write(content, at, Math.min(100_000, content.length - at));
      }
      return upload.commit(new CommitOptions(Optional.empty(), Optional.empty(), conditions));
    }
  }

  private byte[] read(String key, DownloadOptions options) throws IOException {
    try (ObjectDownload download = project.download("bucket", key, options)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      download.transferTo(out);
      assertThat((long) out.size()).isEqualTo(download.length());
      return out.toByteArray();
    }
  }

  private int calls() {
    return test.satellite.calls.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static DownloadOptions range(ByteRange range) {
    return new DownloadOptions(0, Optional.of(range));
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
