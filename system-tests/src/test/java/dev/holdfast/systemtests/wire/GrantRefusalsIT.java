package dev.holdfast.systemtests.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.wire.OpenObjectRequest;
import dev.holdfast.protocol.wire.RevokeApiKeyRequest;
import dev.holdfast.systemtests.process.CommandResult;
import dev.holdfast.systemtests.process.ProcessNetwork;
import dev.holdfast.systemtests.process.ProcessNetworkExtension;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.Uplink;
import dev.holdfast.uplink.UplinkConfig;
import dev.holdfast.uplink.Uplinks;
import dev.holdfast.uplink.UploadOptions;
import dev.holdfast.uplink.accessgrant.AccessGrant;
import dev.holdfast.uplink.accessgrant.AccessRestriction;
import dev.holdfast.uplink.accessgrant.AccessRestriction.AllowedDirectory;
import dev.holdfast.uplink.keyslots.MasterKey;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of access grants that are foreign, narrowed, out of their time or revoked. */
@ExtendWith(ProcessNetworkExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantRefusalsIT {
  private static final String BUCKET = "grants";

  private final SecureRandom random = new SecureRandom();
  private final Uplink uplink = Uplinks.open(UplinkConfig.DEFAULT);
  private AccessGrant grant;
  private Project project;

  @BeforeAll
  void connect(ProcessNetwork network) throws IOException {
    grant = AccessGrant.parse(network.environment().getOrDefault("HOLDFAST_ACCESS", ""));
    project = uplink.openProject(grant);
    project.createBucket(BUCKET);
    put(project, "open/a", "text of open/a");
    put(project, "closed/b", "text of closed/b");
  }

  @AfterAll
  void disconnect() {
    uplink.close();
  }

  private static void put(Project project, String key, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (ObjectUpload upload = project.upload(BUCKET, key, UploadOptions.NONE)) {
      upload.write(bytes, 0, bytes.length);
      upload.commit(CommitOptions.NONE);
    }
  }

  private Project restricted(AccessRestriction restriction) {
    // Through its text form, as it would be handed to somebody.
    return uplink.openProject(AccessGrant.parse(grant.restrict(restriction, random).serialize()));
  }

  private static ErrorCode refusal(ThrowingCallable call) {
    HoldfastException refused = catchThrowableOfType(HoldfastException.class, call);
    assertThat(refused).as("the call is refused").isNotNull();
    assertThat(refused.getMessage()).isNotBlank();
    return refused.code();
  }

  @Test
  void aGrantForReadingDoesNotWriteOrDelete() {
    Project reader =
        restricted(
            AccessRestriction.NONE.withOperations(EnumSet.of(Operation.READ, Operation.LIST)));
    assertThat(reader.stat(BUCKET, "open/a", 0).sizeBytes()).isEqualTo(14);
    assertThat(refusal(() -> put(reader, "open/new", "x"))).isEqualTo(ErrorCode.OPERATION_DENIED);
    assertThat(refusal(() -> reader.delete(BUCKET, "open/a", DeleteOptions.NONE)))
        .isEqualTo(ErrorCode.OPERATION_DENIED);
  }

  @Test
  void aGrantForADirectoryDoesNotReachBeyondIt() throws IOException {
    Project inside =
        restricted(
            AccessRestriction.NONE.withDirectories(List.of(new AllowedDirectory(BUCKET, "open/"))));
    assertThat(inside.stat(BUCKET, "open/a", 0).sizeBytes()).isEqualTo(14);
    put(inside, "open/from-inside", "x");
    assertThat(refusal(() -> inside.stat(BUCKET, "closed/b", 0))).isEqualTo(ErrorCode.PATH_DENIED);
    assertThat(refusal(() -> put(inside, "elsewhere", "x"))).isEqualTo(ErrorCode.PATH_DENIED);
    assertThat(inside.list(BUCKET, new ListOptions("open/", null, null, 100)).entries())
        .extracting(entry -> entry.name())
        .contains("open/a", "open/from-inside")
        .doesNotContain("closed/b");
  }

  @Test
  void theSatelliteItselfRefusesOtherPaths() {
    AccessGrant narrow =
        grant.restrict(
            AccessRestriction.NONE.withDirectories(List.of(new AllowedDirectory(BUCKET, "open/"))),
            random);
    try (RawSatellite all = new RawSatellite(grant);
        RawSatellite inside = new RawSatellite(narrow)) {
      List<ByteString> keys = all.encryptedKeys(BUCKET);
      long readable =
          keys.stream()
              .filter(key -> {
                try {
                  inside
                      .call()
                      .openObject(
                          OpenObjectRequest.newBuilder()
                              .setBucket(BUCKET)
                              .setEncryptedKey(key)
                              .build());
                  return true;
                } catch (StatusRuntimeException e) {
                  return false;
                }
              })
              .count();
      assertThat(readable).isPositive().isLessThan(keys.size());
    }
  }

  @Test
  void aGrantWithoutDeleteCannotDestroy() throws IOException {
    Project careful = restricted(AccessRestriction.NONE.withoutDelete());
    put(careful, "open/appended", "x");
    assertThat(refusal(() -> careful.delete(BUCKET, "open/a", DeleteOptions.NONE)))
        .isEqualTo(ErrorCode.DELETE_DENIED);
    assertThat(refusal(() -> put(careful, "open/a", "replaced")))
        .isEqualTo(ErrorCode.DELETE_DENIED);
    assertThat(project.stat(BUCKET, "open/a", 0).sizeBytes()).isEqualTo(14);
  }

  @Test
  void aGrantOutOfItsTimeIsRefused() {
    Instant now = Instant.now();
    Project early =
        restricted(AccessRestriction.NONE.withTimes(now.plus(Duration.ofHours(1)), null));
    assertThat(refusal(() -> early.stat(BUCKET, "open/a", 0)))
        .isEqualTo(ErrorCode.API_KEY_NOT_YET_VALID);
    Project late =
        restricted(AccessRestriction.NONE.withTimes(null, now.minus(Duration.ofHours(1))));
    assertThat(refusal(() -> late.stat(BUCKET, "open/a", 0))).isEqualTo(ErrorCode.API_KEY_EXPIRED);
  }

  @Test
  void aRevokedGrantAndAllMadeFromItAreRefused() {
    AccessGrant doomed = grant.restrict(AccessRestriction.NONE, random);
    AccessGrant child =
        doomed.restrict(AccessRestriction.NONE.withOperations(EnumSet.of(Operation.READ)), random);
    assertThat(uplink.openProject(child).stat(BUCKET, "open/a", 0).sizeBytes()).isEqualTo(14);
    try (RawSatellite satellite = new RawSatellite(grant)) {
      satellite
          .call()
          .revokeApiKey(
              RevokeApiKeyRequest.newBuilder()
                  .setApiKey(ByteString.copyFrom(doomed.apiKey().serialize()))
                  .build());
    }
    for (AccessGrant dead : List.of(doomed, child)) {
      assertThat(refusal(() -> uplink.openProject(dead).stat(BUCKET, "open/a", 0)))
          .isEqualTo(ErrorCode.API_KEY_REVOKED);
    }
    assertThat(project.stat(BUCKET, "open/a", 0).sizeBytes()).isEqualTo(14);
  }

  /** The satellite's key fits, the data key does not: another passphrase's master key. */
  @Test
  void aGrantWithForeignDataKeysReadsNothing() {
    AccessGrant foreign =
        AccessGrant.create(grant.satellite(), grant.apiKey(), MasterKey.generate(random));
    Project stranger = uplink.openProject(foreign);
    assertThat(refusal(() -> stranger.stat(BUCKET, "open/a", 0)))
        .isEqualTo(ErrorCode.OBJECT_NOT_FOUND);
  }

  @Test
  void aDamagedGrantIsToldAtOnce(ProcessNetwork network) {
    String text = grant.serialize();
    char last = text.charAt(text.length() / 2);
    String damaged =
        text.substring(0, text.length() / 2)
            + (last == 'A' ? 'B' : 'A')
            + text.substring(text.length() / 2 + 1);
    assertThat(refusal(() -> AccessGrant.parse(damaged))).isEqualTo(ErrorCode.ACCESS_GRANT_INVALID);
    CommandResult refused =
        network.run(Duration.ofSeconds(30), Map.of("HOLDFAST_ACCESS", damaged), "ls");
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.errors()).contains("access-grant-invalid").doesNotContain(damaged);
  }

  @Test
  void readsStayWhole() {
    try (ObjectDownload download = project.download(BUCKET, "closed/b", DownloadOptions.ALL)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      download.transferTo(bytes);
      assertThat(bytes).hasToString("text of closed/b");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
