package dev.holdfast.systemtests.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.tls.PeerTls;
import dev.holdfast.protocol.wire.AdminApiGrpc;
import dev.holdfast.protocol.wire.CreateApiKeyRequest;
import dev.holdfast.protocol.wire.CreateProjectRequest;
import dev.holdfast.satellite.runtime.Satellite;
import dev.holdfast.satellite.runtime.SatelliteConfig;
import dev.holdfast.uplink.ByteRange;
import dev.holdfast.uplink.ChosenPart;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.CompleteOptions;
import dev.holdfast.uplink.Conditions;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ListEntry;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import dev.holdfast.uplink.MultipartPage;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.PartPage;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.Uplinks;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import dev.holdfast.uplink.accessgrant.AccessRestriction;
import dev.holdfast.uplink.accessgrant.AccessRestriction.AllowedDirectory;
import dev.holdfast.uplink.keyslots.MasterKey;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before the first test
class InlineObjectsIT {
  private static final List<String> COMPONENTS =
      List.of("", "a", "b", "a!", "a0", "é", "e\u0301", "\uFF5E", "\uD83D\uDE00", "\u0001", "A");
  private static final List<String> DELIMITERS = List.of("/", "a", "/a", "//");

  private final SecureRandom random = new SecureRandom();
  private Satellite satellite;
  private Uplink uplink;
  private AccessGrant grant;
  private Project project;
  private String bucket;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    satellite = Satellite.start(SatelliteConfig.of(directory));
    MasterKey master = MasterKey.generate(random);
    PeerAddress address = satellite.peerAddress();
    grant = AccessGrant.create(address, apiKey(address, master), master);
    uplink = Uplinks.open(UplinkConfig.DEFAULT);
    project = uplink.openProject(grant);
  }

  private ApiKey apiKey(PeerAddress address, MasterKey master) throws IOException {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("holdfast-admin-token", Metadata.ASCII_STRING_MARSHALLER),
        Files.readString(satellite.adminTokenFile()).strip());
    ManagedChannel channel = PeerTls.dialSatellite(address, null, null);
    try {
      AdminApiGrpc.AdminApiBlockingStub admin =
          AdminApiGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
      ByteString id =
          admin
              .createProject(
                  CreateProjectRequest.newBuilder()
                      .setName("project")
                      .setRecoveryPublicKey(ByteString.copyFrom(master.recoveryPublicKey()))
                      .build())
              .getProjectId();
      return ApiKey.parse(
          admin
              .createApiKey(CreateApiKeyRequest.newBuilder().setProjectId(id).build())
              .getApiKey()
              .toByteArray());
    } finally {
      channel.shutdownNow();
    }
  }

  @AfterAll
  void stop() {
    uplink.close();
    satellite.close();
  }

  @BeforeEach
  void createBucket() {
    bucket = "bucket-" + UUID.randomUUID();
    project.createBucket(bucket);
  }

  @Test
  void bucketsAreCreatedFoundAndDeleted() throws IOException {
    refused(ErrorCode.BUCKET_EXISTS, () -> project.createBucket(bucket));
    assertThat(project.findBucket(bucket)).isPresent();
    assertThat(project.findBucket(bucket + "x")).isEmpty();
    assertThat(project.listBuckets()).extracting("name").contains(bucket);
    put("a", "1");
    refused(ErrorCode.BUCKET_NOT_EMPTY, () -> project.deleteBucket(bucket));
    assertThat(project.delete(bucket, "a", DeleteOptions.NONE)).isTrue();
    project.deleteBucket(bucket);
    refused(ErrorCode.BUCKET_NOT_FOUND, () -> put("a", "1"));
    refused(ErrorCode.BUCKET_NOT_FOUND, () -> listed("", null, null, 10));
  }

  @Test
  void objectsComeBack() throws IOException {
    ObjectStat first = put("dir/key", "content");
    assertThat(read("dir/key", DownloadOptions.ALL)).isEqualTo("content");
    assertThat(read("dir/key", range(new ByteRange.From(1, 3)))).isEqualTo("ont");
    assertThat(read("dir/key", range(new ByteRange.Suffix(2)))).isEqualTo("nt");
    assertThat(read("dir/key", range(new ByteRange.Suffix(200)))).isEqualTo("content");
    refused(ErrorCode.RANGE_INVALID, () -> read("dir/key", range(new ByteRange.FromToEnd(7))));
    refused(ErrorCode.RANGE_INVALID, () -> read("dir/key", range(new ByteRange.FromToEnd(700))));
    assertThat(project.stat(bucket, "dir/key", 0)).isEqualTo(first);
    put("empty", "");
    assertThat(read("empty", DownloadOptions.ALL)).isEmpty();
    refused(ErrorCode.OBJECT_NOT_FOUND, () -> project.stat(bucket, "dir", 0));
    refused(ErrorCode.OBJECT_NOT_FOUND, () -> project.stat(bucket, "dir/", 0));
  }

  @Test
  void conditionsAreDecidedBySatellite() throws IOException {
    Conditions absent = new Conditions(true, List.of(), List.of());
    ObjectStat first = putIf("key", "1", absent);
    refused(ErrorCode.PRECONDITION_FAILED, () -> putIf("key", "2", absent));
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () -> putIf("key", "2", new Conditions(false, List.of("x"), List.of())));
    ObjectStat second = putIf("key", "2", new Conditions(false, List.of(first.etag()), List.of()));
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () -> putIf("key", "3", new Conditions(false, List.of(), List.of(second.etag()))));
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () -> project.delete(bucket, "key", new DeleteOptions(0, List.of(first.etag()))));
    assertThat(read("key", DownloadOptions.ALL)).isEqualTo("2");
    assertThat(project.deleteAll(bucket, List.of("key", "absent", "x".repeat(2000))))
        .extracting(result -> result.refused().isEmpty())
        .containsExactly(true, true, false);
  }

  @Test
  void copiesAreReWrapped() throws IOException {
    ObjectStat source = put("key", "content");
    ObjectMetadata metadata =
        new ObjectMetadata("a/b", Map.of("cache-control", "no-cache"), Map.of("x", "y"), Map.of());
    CopyOptions options =
        new CopyOptions(0, Optional.of(source.etag()), Optional.of(metadata), Conditions.NONE);
    ObjectStat copy = project.copy(bucket, "key", bucket, "dir/copy", options);
    assertThat(project.copy(bucket, "key", bucket, "key", options).metadata()).isEqualTo(metadata);
    project.delete(bucket, "key", DeleteOptions.NONE);
    assertThat(project.stat(bucket, "dir/copy", 0)).isEqualTo(copy);
    assertThat(read("dir/copy", DownloadOptions.ALL)).isEqualTo("content");
  }

  @Test
  void multipartUploadsAreCompleted() throws IOException {
    String id = project.beginMultipart(bucket, "dir/key", UploadOptions.NONE);
    assertThat(project.listMultiparts(bucket, "", null, null, null, 10).uploads())
        .extracting(MultipartPage.ListedMultipart::uploadId)
        .containsExactly(id);
    ObjectPart third = part(id, 3, "three");
    part(id, 1, "other");
    ObjectPart first = part(id, 1, "one");
    ObjectPart empty = part(id, 2, "");
    assertThat(project.listParts(bucket, "dir/key", id, 0, 10).parts())
        .extracting(PartPage.ListedPart::part)
        .containsExactly(first, empty, third);
    refused(ErrorCode.OBJECT_NOT_FOUND, () -> project.stat(bucket, "dir/key", 0));
    ObjectStat stat = complete(id, first, empty, third);
    assertThat(complete(id, first, empty, third)).isEqualTo(stat);
    assertThat(read("dir/key", DownloadOptions.ALL)).isEqualTo("onethree");
    assertThat(read("dir/key", range(new ByteRange.From(2, 2)))).isEqualTo("et");
    assertThat(
            project
                .copy(
                    bucket,
                    "dir/key",
                    bucket,
                    "copy",
                    new CopyOptions(0, Optional.empty(), Optional.empty(), Conditions.NONE))
                .parts())
        .isEqualTo(stat.parts());
    project.delete(bucket, "dir/key", DeleteOptions.NONE);
    assertThat(read("copy", DownloadOptions.ALL)).isEqualTo("onethree");
    String aborted = project.beginMultipart(bucket, "dir/key", UploadOptions.NONE);
    part(aborted, 1, "one");
    project.abortMultipart(bucket, "dir/key", aborted);
    refused(ErrorCode.UPLOAD_NOT_FOUND, () -> part(aborted, 1, "one"));
  }

  @Test
  void restrictedGrantsReachTheirDirectoriesOnly() throws IOException {
    put("photos/a", "1");
    put("photos", "2");
    put("other", "3");
    Project restricted =
        uplink.openProject(
            AccessGrant.parse(
                grant
                    .restrict(
                        AccessRestriction.NONE
                            .withOperations(Set.of(Operation.READ, Operation.LIST))
                            .withDirectories(List.of(new AllowedDirectory(bucket, "photos/"))),
                        random)
                    .serialize()));
    assertThat(restricted.stat(bucket, "photos/a", 0).sizeBytes()).isEqualTo(1);
    assertThat(restricted.list(bucket, new ListOptions("photos/", null, null, 10)).entries())
        .extracting(ListEntry::name)
        .containsExactly("photos/a");
    refused(ErrorCode.PATH_DENIED, () -> restricted.stat(bucket, "photos", 0));
    refused(ErrorCode.PATH_DENIED, () -> restricted.stat(bucket, "other", 0));
    refused(
        ErrorCode.OPERATION_DENIED,
        () -> restricted.delete(bucket, "photos/a", DeleteOptions.NONE));
    Project foreign =
        uplink.openProject(
            AccessGrant.create(grant.satellite(), grant.apiKey(), MasterKey.generate(random)));
    refused(ErrorCode.OBJECT_NOT_FOUND, () -> foreign.stat(bucket, "other", 0));
    refused(
        ErrorCode.CONTENT_ALTERED, () -> foreign.list(bucket, new ListOptions("", null, null, 10)));
  }

  @Test
  void listingsAreInByteOrder() throws IOException {
    long seed = random.nextLong();
    System.err.println("InlineObjectsIT seed " + seed);
    Random chance = new Random(seed);
    TreeSet<String> keys = new TreeSet<>(InlineObjectsIT::compareUtf8);
    keys.addAll(List.of("a", "a/", "a//b", "/a", "//", "/", "é", "e\u0301"));
    keys.add("c/".repeat(511) + "c");
    keys.add("c/".repeat(32));
    keys.add("d".repeat(1024));
    for (int i = 0; i < 80; i++) {
      StringBuilder key = new StringBuilder();
      int count = 1 + chance.nextInt(4);
      for (int at = 0; at < count; at++) {
        key.append(at == 0 ? "" : "/").append(COMPONENTS.get(chance.nextInt(COMPONENTS.size())));
      }
      if (!key.isEmpty()) {
        keys.add(key.toString());
      }
    }
    for (String key : keys) {
      put(key, "x");
    }
    List<String> all = new ArrayList<>(keys);
    for (int i = 0; i < 60; i++) {
      String some = all.get(chance.nextInt(all.size()));
      String prefix =
          chance.nextInt(3) == 0
              ? ""
              : some.substring(
                  0,
                  some.offsetByCodePoints(
                      0, chance.nextInt(some.codePointCount(0, some.length()) + 1)));
      String delimiter =
          chance.nextInt(3) == 0 ? null : DELIMITERS.get(chance.nextInt(DELIMITERS.size()));
      String after = chance.nextInt(3) == 0 ? all.get(chance.nextInt(all.size())) : null;
      assertThat(listed(prefix, delimiter, after, 1 + chance.nextInt(20)))
          .as("seed %d, prefix '%s', delimiter '%s', after '%s'", seed, prefix, delimiter, after)
          .isEqualTo(model(keys, prefix, delimiter, after));
    }
  }

  private static List<String> model(
      TreeSet<String> keys, String prefix, @Nullable String delimiter, @Nullable String after) {
    TreeSet<String> names = new TreeSet<>(InlineObjectsIT::compareUtf8);
    for (String key : keys) {
      if (key.startsWith(prefix)) {
        int at = delimiter == null ? -1 : key.indexOf(delimiter, prefix.length());
        String name = delimiter == null || at < 0 ? key : key.substring(0, at + delimiter.length());
        if (after == null || compareUtf8(name, after) > 0) {
          names.add(name);
        }
      }
    }
    return new ArrayList<>(names);
  }

  private List<String> listed(
      String prefix, @Nullable String delimiter, @Nullable String after, int limit) {
    List<String> names = new ArrayList<>();
    String marker = after;
    while (true) {
      ListPage page = project.list(bucket, new ListOptions(prefix, delimiter, marker, limit));
      page.entries().stream().map(ListEntry::name).forEach(names::add);
      if (!page.more()) {
        return names;
      }
      marker = page.entries().getLast().name();
    }
  }

  private ObjectStat complete(String id, ObjectPart... parts) {
    return project.completeMultipart(
        bucket,
        "dir/key",
        id,
        Arrays.stream(parts).map(part -> new ChosenPart(part.number(), part.etag())).toList(),
        new CompleteOptions(Optional.empty(), Optional.empty(), Conditions.NONE));
  }

  private ObjectPart part(String id, int number, String content) throws IOException {
    try (PartUpload upload = project.uploadPart(bucket, "dir/key", id, number)) {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      upload.write(bytes, 0, bytes.length);
      return upload.commit(CommitOptions.NONE);
    }
  }

  private ObjectStat put(String key, String content) throws IOException {
    return putIf(key, content, Conditions.NONE);
  }

  private ObjectStat putIf(String key, String content, Conditions conditions) throws IOException {
    try (ObjectUpload upload = project.upload(bucket, key, UploadOptions.NONE)) {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      upload.write(bytes, 0, bytes.length);
      return upload.commit(new CommitOptions(Optional.empty(), Optional.empty(), conditions));
    }
  }

  private String read(String key, DownloadOptions options) throws IOException {
    try (ObjectDownload download = project.download(bucket, key, options)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      download.transferTo(out);
      return out.toString(StandardCharsets.UTF_8);
    }
  }

  private static DownloadOptions range(ByteRange range) {
    return new DownloadOptions(0, Optional.of(range));
  }

  private static int compareUtf8(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
