package dev.holdfast.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.systemtests.process.CommandResult;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Bytes that went in with a client's defaults come out again, through real processes. */
@ExtendWith(ProcessNetworkExtension.class)
class BackupRestoreIT {
  /** Inline, one block, one stripe and a bit, several stripes, two segments. */
  private static final int[] LENGTHS = {
    0, 1, 16_384, 16_385, 65_536, 262_145, 5_000_001, 70_000_000
  };

  @Test
  void amazonsClientReadsWhatItWrote(ProcessNetwork network) {
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "aws");
      for (int length : LENGTHS) {
        byte[] bytes = new RandomContent(length, length).bytes();
        objects.put("object-" + length, bytes);
        assertThat(objects.get("object-" + length)).as("%d bytes", length).isEqualTo(bytes);
      }
      byte[] large = new RandomContent(70_000_000, 70_000_000).bytes();
      byte[] range =
          s3.getObjectAsBytes(
                  r -> r.bucket("aws").key("object-70000000").range("bytes=67100000-67200000"))
              .asByteArray();
      assertThat(range).isEqualTo(Arrays.copyOfRange(large, 67_100_000, 67_200_001));
      HeadObjectResponse head = s3.headObject(r -> r.bucket("aws").key("object-5000001"));
      assertThat(head.contentLength()).isEqualTo(5_000_001);
      assertThat(head.eTag())
          .isEqualTo(
              "\""
                  + RandomContent.hexDigest("MD5", new RandomContent(5_000_001, 5_000_001).bytes())
                  + "\"");
      objects.deleteAll();
      assertThat(objects.keys()).isEmpty();
      s3.deleteBucket(r -> r.bucket("aws"));
    }
  }

  @Test
  void listsLevelsAndPagesInByteOrder(ProcessNetwork network) {
    List<String> keys = List.of("a", "a-b", "a/b", "a/c/d", "a/c/e", "a0", "b/1", "b/2", "Ä", "z");
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "listing");
      List<String> shuffled = new ArrayList<>(keys);
      Collections.shuffle(shuffled, new Random(7));
      shuffled.forEach(key -> objects.put(key, key.getBytes(StandardCharsets.UTF_8)));
      List<String> expected =
          List.of("a", "a-b", "a/b", "a/c/d", "a/c/e", "a0", "b/1", "b/2", "z", "Ä");
      assertThat(objects.keys()).isEqualTo(expected);

      ListObjectsV2Response level =
          s3.listObjectsV2(r -> r.bucket("listing").prefix("a").delimiter("/"));
      assertThat(level.contents()).extracting(S3Object::key).containsExactly("a", "a-b", "a0");
      assertThat(level.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("a/");

      List<String> paged = new ArrayList<>();
      s3.listObjectsV2Paginator(r -> r.bucket("listing").maxKeys(3))
          .contents()
          .forEach(object -> paged.add(object.key()));
      assertThat(paged).isEqualTo(expected);
      objects.deleteAll();
    }
  }

  @Test
  void multipartCopyAndConditions(ProcessNetwork network) {
    try (S3Client s3 = network.s3()) {
      S3Objects objects = S3Objects.inNewBucket(s3, "multipart");
      byte[] first = new RandomContent(1, 5 << 20).bytes();
      byte[] second = new RandomContent(2, 1_234_567).bytes();
      String uploadId = s3.createMultipartUpload(r -> r.bucket("multipart").key("big")).uploadId();
      List<CompletedPart> parts = new ArrayList<>();
      for (byte[] part : List.of(first, second)) {
        int number = parts.size() + 1;
        UploadPartResponse done =
            s3.uploadPart(
                r -> r.bucket("multipart").key("big").uploadId(uploadId).partNumber(number),
                RequestBody.fromBytes(part));
        parts.add(
            CompletedPart.builder()
                .partNumber(number)
                .eTag(done.eTag())
                .checksumCRC32(done.checksumCRC32())
                .build());
      }
      assertThat(objects.keys()).isEmpty();
      s3.completeMultipartUpload(r ->
          r.bucket("multipart").key("big").uploadId(uploadId).multipartUpload(m -> m.parts(parts)));
      byte[] whole = new byte[first.length + second.length];
      System.arraycopy(first, 0, whole, 0, first.length);
      System.arraycopy(second, 0, whole, first.length, second.length);
      assertThat(objects.get("big")).isEqualTo(whole);
      assertThat(s3.headObject(r -> r.bucket("multipart").key("big")).eTag()).endsWith("-2\"");

      s3.copyObject(r ->
          r.sourceBucket("multipart")
              .sourceKey("big")
              .destinationBucket("multipart")
              .destinationKey("copies/big"));
      s3.deleteObject(r -> r.bucket("multipart").key("big"));
      assertThat(objects.get("copies/big")).isEqualTo(whole);

      assertThatThrownBy(() ->
              s3.putObject(
                  r -> r.bucket("multipart").key("copies/big").ifNoneMatch("*"),
                  RequestBody.fromString("late")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
      objects.deleteAll();
    }
  }

  @Test
  void metadataComesBackAsItWent(ProcessNetwork network) {
    try (S3Client s3 = network.s3()) {
      S3Objects.inNewBucket(s3, "metadata");
      s3.putObject(
          r ->
              r.bucket("metadata")
                  .key("k")
                  .contentType("text/x-odd; charset=utf-8")
                  .cacheControl("no-store")
                  .metadata(Map.of("mtime", "1763856000.123", "mode", "33188")),
          RequestBody.fromString("text"));
      HeadObjectResponse head = s3.headObject(r -> r.bucket("metadata").key("k"));
      assertThat(head.contentType()).isEqualTo("text/x-odd; charset=utf-8");
      assertThat(head.cacheControl()).isEqualTo("no-store");
      assertThat(head.metadata())
          .containsEntry("mtime", "1763856000.123")
          .containsEntry("mode", "33188");
    }
  }

  @Test
  void minioClientReadsWhatItWrote(ProcessNetwork network) throws Exception {
    Map<String, String> environment = network.environment();
    try (MinioClient minio =
        MinioClient.builder()
            .endpoint(environment.get("AWS_ENDPOINT_URL"))
            .region(environment.get("AWS_REGION"))
            .credentials(
                environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY"))
            .build()) {
      minio.makeBucket(MakeBucketArgs.builder().bucket("minio").build());
      for (int length : new int[] {0, 100, 300_000, 12_000_000}) {
        byte[] bytes = new RandomContent(length, length).bytes();
        minio.putObject(
            PutObjectArgs.builder().bucket("minio").object("dir/" + length).stream(
                    new ByteArrayInputStream(bytes), (long) length, -1L)
                .build());
        try (InputStream in =
            minio.getObject(
                GetObjectArgs.builder().bucket("minio").object("dir/" + length).build())) {
          assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(
                minio
                    .statObject(
                        StatObjectArgs.builder().bucket("minio").object("dir/" + length).build())
                    .size())
            .isEqualTo(length);
      }
      List<String> listed = new ArrayList<>();
      for (Result<Item> item :
          minio.listObjects(
              ListObjectsArgs.builder().bucket("minio").prefix("dir/").recursive(true).build())) {
        listed.add(item.get().objectName());
      }
      assertThat(listed).containsExactly("dir/0", "dir/100", "dir/12000000", "dir/300000");
      for (String key : listed) {
        minio.removeObject(RemoveObjectArgs.builder().bucket("minio").object(key).build());
      }
    }
  }

  @Test
  void theCommandLineMovesATreeBothWays(ProcessNetwork network) throws IOException {
    Path source = Files.createDirectories(network.scratch().resolve("tree"));
    Map<String, RandomContent> files =
        Map.of(
            "empty", new RandomContent(0, 0),
            "notes.txt", new RandomContent(1, 20_000),
            "deep/er/name with blanks", new RandomContent(2, 700_000));
    for (Map.Entry<String, RandomContent> file : files.entrySet()) {
      Path path = source.resolve(file.getKey());
      Files.createDirectories(source.resolve("deep/er"));
      Files.write(path, file.getValue().bytes());
    }
    // The grant comes from the environment, as a user of another machine has it.
    Map<String, String> access =
        Map.of("HOLDFAST_ACCESS", network.environment().getOrDefault("HOLDFAST_ACCESS", ""));
    Duration patience = Duration.ofSeconds(60);
    network.run(patience, access, "mb", "hf://tree").requireSuccess();
    network.run(patience, access, "cp", "-r", source.toString(), "hf://tree/copy").requireSuccess();
    CommandResult listing =
        network.run(patience, access, "ls", "-r", "hf://tree/").requireSuccess();
    assertThat(listing.output())
        .contains("notes.txt")
        .contains("deep/er/name with blanks")
        .contains("empty");
    Path back = network.scratch().resolve("back");
    network.run(patience, access, "cp", "-r", "hf://tree/copy", back.toString()).requireSuccess();
    for (Map.Entry<String, RandomContent> file : files.entrySet()) {
      try (Stream<Path> found = Files.walk(back)) {
        Path copy = found.filter(p -> p.endsWith(file.getKey())).findFirst().orElseThrow();
        assertThat(Files.readAllBytes(copy)).as(file.getKey()).isEqualTo(file.getValue().bytes());
      }
    }
    assertThat(network.run(patience, access, "cat", "hf://tree/absent").exitCode()).isEqualTo(4);
    assertThat(network.run(patience, access, "rb", "hf://tree").exitCode()).isEqualTo(1);
    network.run(patience, access, "rm", "-r", "hf://tree/").requireSuccess();
    network.run(patience, access, "rb", "hf://tree").requireSuccess();
  }
}
