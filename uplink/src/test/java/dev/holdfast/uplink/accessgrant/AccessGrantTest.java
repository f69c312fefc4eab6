package dev.holdfast.uplink.accessgrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.apikey.Action;
import dev.holdfast.protocol.apikey.ApiKey;
import dev.holdfast.protocol.apikey.Operation;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.uplink.accessgrant.AccessRestriction.AllowedDirectory;
import dev.holdfast.uplink.encryption.ObjectPath;
import dev.holdfast.uplink.keyslots.MasterKey;
import dev.holdfast.uplink.vectors.FixedRandom;
import dev.holdfast.uplink.vectors.VectorFile;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccessGrantTest {
  private static final VectorFile VECTORS = VectorFile.read("access-grant.txt");
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final SecureRandom random = new SecureRandom();
  private final SecretBytes rootSecret = SecretBytes.random(32, random);
  private final MasterKey master = MasterKey.generate(random);
  private final AccessGrant full =
      AccessGrant.create(
          PeerAddress.parse("ab".repeat(32) + "@127.0.0.1:7777"),
          ApiKey.issue(rootSecret, 1, new UUID(1, 2), random),
          master);

  static Stream<VectorFile.Case> refused() {
    return VECTORS.startingWith("refused");
  }

  @Test
  void theWholeGrantIsAsSpecified() {
    VectorFile.Case vector = VECTORS.named("all buckets");
    AccessGrant grant = AccessGrant.parse(vector.text("text"));
    requireCommonFields(vector, grant);
    PathKeys.AllBuckets keys = (PathKeys.AllBuckets) grant.keys();
    assertThat(keys.dataBranch().expose()).isEqualTo(vector.bytes("data_branch"));
  }

  @Test
  void theGrantOfADirectoryIsAsSpecified() {
    VectorFile.Case vector = VECTORS.named("one directory");
    AccessGrant grant = AccessGrant.parse(vector.text("text"));
    requireCommonFields(vector, grant);
    PathKeys.SomeDirectories keys = (PathKeys.SomeDirectories) grant.keys();
    GrantedDirectory granted = keys.granted().getFirst();
    assertThat(granted.directory().bucket()).isEqualTo(vector.text("bucket"));
    assertThat(granted.prefix()).isEqualTo(vector.text("prefix"));
    assertThat(granted.directory().encodedPath()).isEqualTo(vector.bytes("encoded_path"));
    assertThat(granted.directory().key().expose()).isEqualTo(vector.bytes("directory_key"));
    AccessGrant whole = AccessGrant.parse(VECTORS.named("all buckets").text("text"));
    assertThat(grant.keys().object("photos", "2024/summer/a").encodedKey())
        .isEqualTo(whole.keys().object("photos", "2024/summer/a").encodedKey());
  }

  private static void requireCommonFields(VectorFile.Case vector, AccessGrant grant) {
    assertThat(grant.serialize()).isEqualTo(vector.text("text"));
    assertThat(grant.satellite()).hasToString(vector.text("satellite"));
    assertThat(grant.apiKey().serialize()).isEqualTo(vector.bytes("api_key"));
    assertThat(grant.recoveryPublicKey()).isEqualTo(vector.bytes("recovery_public_key"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void otherTextIsRefusedWithoutRepeatingIt(VectorFile.Case vector) {
    String text = vector.text("text");
    assertThatThrownBy(() -> AccessGrant.parse(text))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_GRANT_INVALID);
              assertThat(e.getMessage()).doesNotContain(text);
            });
  }

  @Test
  void aGrantNeverHoldsTheMasterKeyAndTellsNoSecret() {
    String hex =
        HexFormat.of().formatHex(Base64.getUrlDecoder().decode(full.serialize().substring(9)));
    byte[] masterKey = VectorFile.read("keys-and-names.txt").named("branches").bytes("master_key");
    MasterKey known = MasterKey.generate(new FixedRandom(masterKey));
    AccessGrant ofKnown = AccessGrant.create(full.satellite(), full.apiKey(), known);
    assertThat(
            HexFormat.of()
                .formatHex(Base64.getUrlDecoder().decode(ofKnown.serialize().substring(9))))
        .doesNotContain(HexFormat.of().formatHex(masterKey));
    String branch = HexFormat.of().formatHex(master.dataBranch(1).expose());
    assertThat(hex).contains(branch);
    assertThat(full.toString() + full.keys()).doesNotContain(branch);
    byte[] tail = full.apiKey().serialize();
    String tailHex = HexFormat.of().formatHex(tail, tail.length - 32, tail.length);
    assertThat(full.toString()).doesNotContain(tailHex);
  }

  @Test
  void aRestrictedGrantOpensItsDirectoriesOnly() {
    AccessGrant restricted =
        full.restrict(
            AccessRestriction.NONE.withDirectories(
                List.of(
                    new AllowedDirectory("photos", "2024/"), new AllowedDirectory("music", ""))),
            random);
    AccessGrant read = AccessGrant.parse(restricted.serialize());
    for (String key : List.of("2024/", "2024/a", "2024/b/c")) {
      ObjectPath path = read.keys().object("photos", key);
      assertThat(path.encodedKey()).isEqualTo(full.keys().object("photos", key).encodedKey());
      byte[] id = new byte[16];
      assertThat(path.wrap(SecretBytes.copyOf(new byte[32]), id))
          .isEqualTo(full.keys().object("photos", key).wrap(SecretBytes.copyOf(new byte[32]), id));
      assertThat(permits(read, Operation.READ, "photos", path)).isTrue();
    }
    assertThat(permits(read, Operation.WRITE, "music", read.keys().object("music", "x"))).isTrue();
    for (String key : List.of("2024", "2023/a", "a", "2024a/")) {
      denied(() -> read.keys().object("photos", key));
      assertThat(permits(read, Operation.READ, "photos", full.keys().object("photos", key)))
          .as(key)
          .isFalse();
    }
    denied(() -> read.keys().object("other", "2024/a"));
    denied(() ->
        read.restrict(
            AccessRestriction.NONE.withDirectories(List.of(new AllowedDirectory("photos", ""))),
            random));
    AccessGrant narrower =
        read.restrict(
            AccessRestriction.NONE.withDirectories(
                List.of(new AllowedDirectory("photos", "2024/b/"))),
            random);
    assertThat(narrower.keys().object("photos", "2024/b/c").encodedKey())
        .isEqualTo(full.keys().object("photos", "2024/b/c").encodedKey());
    denied(() -> narrower.keys().object("photos", "2024/a"));
  }

  @Test
  void operationsTimesAndDeletesAreRestricted() {
    AccessGrant restricted =
        full.restrict(
            AccessRestriction.NONE
                .withOperations(Set.of(Operation.READ, Operation.DELETE))
                .withTimes(NOW.minusSeconds(60), NOW.plusSeconds(60))
                .withoutDelete(),
            random);
    ObjectPath path = full.keys().object("photos", "a");
    assertThat(permits(restricted, Operation.READ, "photos", path)).isTrue();
    assertThat(permits(restricted, Operation.WRITE, "photos", path)).isFalse();
    assertThat(permits(restricted, Operation.DELETE, "photos", path)).isFalse();
    assertThat(restricted.apiKey().verify(rootSecret)).isTrue();
    assertThat(
            restricted
                .apiKey()
                .permits(
                    Action.onPath(Operation.READ, "photos", path.encodedKey(), NOW.plusSeconds(61)))
                .isAllowed())
        .isFalse();
  }

  @Test
  void restrictionsHaveBounds() {
    assertThatThrownBy(() -> new AllowedDirectory("photos", "2024"))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("end with '/'");
    assertThatThrownBy(() ->
            full.restrict(
                AccessRestriction.NONE.withDirectories(
                    List.of(new AllowedDirectory("photos", "a/".repeat(33)))),
                random))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("32");
    assertThatThrownBy(() ->
            full.restrict(
                AccessRestriction.NONE.withDirectories(
                    Stream.generate(() -> new AllowedDirectory("photos", "")).limit(65).toList()),
                random))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("64");
  }

  private static boolean permits(
      AccessGrant grant, Operation operation, String bucket, ObjectPath path) {
    return grant
        .apiKey()
        .permits(Action.onPath(operation, bucket, path.encodedKey(), NOW))
        .isAllowed();
  }

  private static void denied(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_DENIED));
  }
}
