package dev.holdfast.uplink.multipart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.uplink.ByteRange;
import dev.holdfast.uplink.Checksum;
import dev.holdfast.uplink.ChosenPart;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.CompleteOptions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.MultipartPage;
import dev.holdfast.uplink.MultipartPage.ListedMultipart;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.PartPage;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.fakes.TestProject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MultipartTest {
  private static final CompleteOptions PLAIN =
      new CompleteOptions(Optional.empty(), Optional.empty(), Conditions.NONE);
  private static final ObjectMetadata METADATA =
      new ObjectMetadata("text/plain", Map.of(), Map.of("who", "me"), Map.of("tag", "x"));

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
  void partsInAnyOrderBecomeAnObject() throws IOException {
    String id = begin("dir/key");
    assertThat(id).matches("[A-Za-z0-9_-]{22}");
    ObjectPart third = part(id, 30, bytes(20_000, 3));
    ObjectPart first = part(id, 1, bytes(100_000, 1));
    part(id, 7, bytes(9, 9));
    ObjectPart second = part(id, 7, bytes(300_000, 2));
    ObjectPart unused = part(id, 8, bytes(5, 5));
    assertThat(unused.sizeBytes()).isEqualTo(5);
    ObjectStat stat = complete("dir/key", id, first, second, third);
    assertThat(stat.parts()).containsExactly(first, second, third);
    assertThat(stat.metadata()).isEqualTo(METADATA);
    assertThat(stat.etag()).matches("[0-9a-f]{32}-3");
    byte[] content = new byte[420_000];
    System.arraycopy(bytes(100_000, 1), 0, content, 0, 100_000);
    System.arraycopy(bytes(300_000, 2), 0, content, 100_000, 300_000);
    System.arraycopy(bytes(20_000, 3), 0, content, 400_000, 20_000);
    assertThat(read("dir/key", DownloadOptions.ALL)).isEqualTo(content);
    assertThat(read("dir/key", range(99_999, 300_002)))
        .isEqualTo(Arrays.copyOfRange(content, 99_999, 400_001));
    assertThat(project.stat("bucket", "dir/key", 0)).isEqualTo(stat);
  }

  @Test
  void emptyPartsAreAllowed() throws IOException {
    String id = begin("dir/key");
    ObjectPart empty = part(id, 1, new byte[0]);
    ObjectPart full = part(id, 2, bytes(20_000, 1));
    ObjectPart between = part(id, 3, new byte[0]);
    ObjectPart other = part(id, 5, bytes(1, 2));
    ObjectPart last = part(id, 6, new byte[0]);
    complete("dir/key", id, empty, full, between, other, last);
    byte[] content = Arrays.copyOf(bytes(20_000, 1), 20_001);
    content[20_000] = bytes(1, 2)[0];
    assertThat(read("dir/key", DownloadOptions.ALL)).isEqualTo(content);
    assertThat(read("dir/key", range(19_999, 2)))
        .isEqualTo(Arrays.copyOfRange(content, 19_999, 20_001));
    String onlyEmpty = begin("empty");
    ObjectStat stat =
        project.completeMultipart(
            "bucket",
            "empty",
            onlyEmpty,
            List.of(chosen(partOf("empty", onlyEmpty, 1, new byte[0]))),
            PLAIN);
    assertThat(stat.sizeBytes()).isZero();
    assertThat(read("empty", DownloadOptions.ALL)).isEmpty();
  }

  @Test
  void completionChecksEtagsAndOrder() throws IOException {
    String id = begin("dir/key");
    ObjectPart first = part(id, 1, bytes(10, 1));
    ObjectPart second = part(id, 2, bytes(10, 2));
    refused(ErrorCode.BAD_REQUEST, () -> complete("dir/key", id, second, first));
    refused(ErrorCode.BAD_REQUEST, () -> complete("dir/key", id));
    refused(
        ErrorCode.PART_NOT_FOUND,
        () -> complete("dir/key", id, first, new ObjectPart(2, 10, "x", Optional.empty())));
    refused(
        ErrorCode.PART_NOT_FOUND,
        () -> complete("dir/key", id, new ObjectPart(3, 1, "x", Optional.empty())));
    refused(ErrorCode.UPLOAD_NOT_FOUND, () -> complete("dir/key", "no-upload-id", first));
    ObjectPart replaced = part(id, 2, bytes(11, 3));
    refused(ErrorCode.PART_NOT_FOUND, () -> complete("dir/key", id, first, second));
    complete("dir/key", id, first, replaced);
  }

  @Test
  void aRepeatedCompletionSucceeds() throws IOException {
    String id = begin("dir/key");
    ObjectPart first = part(id, 1, bytes(10, 1));
    test.satellite.loseAnswersOf.add("completeMultipart");
    ObjectStat stat = complete("dir/key", id, first);
    assertThat(complete("dir/key", id, first)).isEqualTo(stat);
    refused(
        ErrorCode.UPLOAD_NOT_FOUND,
        () -> complete("dir/key", id, new ObjectPart(1, 10, "other", Optional.empty())));
  }

  @Test
  void etagsOfMd5PartsAreS3s() throws IOException {
    String id = begin("dir/key");
    List<ChosenPart> parts = new ArrayList<>();
    for (int number = 1; number <= 2; number++) {
      try (PartUpload upload = project.uploadPart("bucket", "dir/key", id, number)) {
        upload.write(bytes(10, number), 0, 10);
        parts.add(
            chosen(
                upload.commit(
                    new CommitOptions(
                        Optional.of("d41d8cd98f00b204e9800998ecf8427e"),
                        Optional.of(new Checksum("CRC32", "AAAA", false)),
                        Conditions.NONE))));
      }
    }
    ObjectStat stat = project.completeMultipart("bucket", "dir/key", id, parts, PLAIN);
    // MD5 over twice the MD5 of nothing, as S3 gives it.
    assertThat(stat.etag()).isEqualTo("5873dd45edd01f09c1ef2e7819369e8e-2");
    assertThat(stat.parts().getFirst().checksum()).contains(new Checksum("CRC32", "AAAA", false));
  }

  @Test
  void partsAreListedAndUploadsAborted() throws IOException {
    String id = begin("dir/key");
    ObjectPart first = part(id, 1, bytes(10, 1));
    ObjectPart fifth = part(id, 5, bytes(20, 1));
    PartPage page = project.listParts("bucket", "dir/key", id, 0, 1);
    assertThat(page.parts()).extracting(PartPage.ListedPart::part).containsExactly(first);
    assertThat(page.more()).isTrue();
    assertThat(project.listParts("bucket", "dir/key", id, 1, 10).parts())
        .extracting(PartPage.ListedPart::part)
        .containsExactly(fifth);
    project.abortMultipart("bucket", "dir/key", id);
    refused(ErrorCode.UPLOAD_NOT_FOUND, () -> project.listParts("bucket", "dir/key", id, 0, 10));
    refused(ErrorCode.UPLOAD_NOT_FOUND, () -> part(id, 1, bytes(1, 1)));
    refused(ErrorCode.UPLOAD_NOT_FOUND, () -> complete("dir/key", id, first));
    refused(ErrorCode.BAD_REQUEST, () -> part(id, 10_001, bytes(1, 1)));
  }

  @Test
  void uploadsAreListedInOrderOfKeys() {
    String b1 = begin("b");
    String b2 = begin("b");
    String slash = begin("a/x");
    String dash = begin("a-x");
    assertThat(ids(list("", null, null, null, 10))).containsExactly(dash, slash, b1, b2);
    MultipartPage grouped = list("", "/", null, null, 10);
    assertThat(grouped.commonPrefixes()).containsExactly("a/");
    assertThat(ids(grouped)).containsExactly(dash, b1, b2);
    MultipartPage page = list("", null, "a/x", slash, 1);
    assertThat(ids(page)).containsExactly(b1);
    assertThat(page.more()).isTrue();
    assertThat(ids(list("", null, "b", b1, 10))).containsExactly(b2);
    assertThat(ids(list("", null, "a-x", null, 10))).containsExactly(slash, b1, b2);
    assertThat(ids(list("a/", null, null, null, 10))).containsExactly(slash);
  }

  @Test
  void aMultipartObjectIsCopiedWithItsParts() throws IOException {
    String id = begin("dir/key");
    ObjectPart first = part(id, 2, bytes(100_000, 1));
    ObjectPart second = part(id, 4, bytes(50, 2));
    complete("dir/key", id, first, second);
    ObjectStat copy =
        project.copy(
            "bucket",
            "dir/key",
            "bucket",
            "copy",
            new CopyOptions(0, Optional.empty(), Optional.empty(), Conditions.NONE));
    assertThat(copy.parts()).containsExactly(first, second);
    assertThat(read("copy", DownloadOptions.ALL)).isEqualTo(read("dir/key", DownloadOptions.ALL));
  }

  private String begin(String key) {
    return project.beginMultipart("bucket", key, new UploadOptions(METADATA, Optional.empty()));
  }

  private ObjectPart part(String id, int number, byte[] content) throws IOException {
    return partOf("dir/key", id, number, content);
  }

  private ObjectPart partOf(String key, String id, int number, byte[] content) throws IOException {
    try (PartUpload upload = project.uploadPart("bucket", key, id, number)) {
      upload.write(content, 0, content.length);
      return upload.commit(CommitOptions.NONE);
    }
  }

  private ObjectStat complete(String key, String id, ObjectPart... parts) {
    return project.completeMultipart(
        "bucket", key, id, Arrays.stream(parts).map(MultipartTest::chosen).toList(), PLAIN);
  }

  private static ChosenPart chosen(ObjectPart part) {
    return new ChosenPart(part.number(), part.etag());
  }

  private MultipartPage list(
      String prefix,
      @Nullable String delimiter,
      @Nullable String keyMarker,
      @Nullable String idMarker,
      int limit) {
    return project.listMultiparts("bucket", prefix, delimiter, keyMarker, idMarker, limit);
  }

  private static List<String> ids(MultipartPage page) {
    return page.uploads().stream().map(ListedMultipart::uploadId).toList();
  }

  private byte[] read(String key, DownloadOptions options) throws IOException {
    try (ObjectDownload download = project.download("bucket", key, options)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      download.transferTo(out);
      return out.toByteArray();
    }
  }

  private static DownloadOptions range(long offset, long length) {
    return new DownloadOptions(0, Optional.of(new ByteRange.From(offset, length)));
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
