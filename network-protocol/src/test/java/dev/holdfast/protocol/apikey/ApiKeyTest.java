package dev.holdfast.protocol.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.protocol.vectors.VectorFile;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ApiKeyTest {
  private static final Instant NOW = Instant.parse("2026-11-23T04:05:06.789Z");
  private final SecureRandom random = new SecureRandom();
  private final SecretBytes rootSecret = SecretBytes.random(32, random);
  private final ApiKey key = ApiKey.issue(rootSecret, 1, new UUID(5, 6), random);
  private final Caveat open = Caveat.unrestricted(random);

  @Test
  void hasTheBytesThatAreSpecified() {
    ApiKey previous = null;
    for (VectorFile.Case c : VectorFile.read("api-key.txt").cases()) {
      ApiKey parsed = ApiKey.parse(c.bytes("key"));
      assertThat(parsed.serialize()).as(c.name()).isEqualTo(c.bytes("key"));
      assertThat(parsed.verify(SecretBytes.copyOf(c.bytes("root_secret")))).as(c.name()).isTrue();
      assertThat(parsed.verify(rootSecret)).as(c.name()).isFalse();
      assertThat(parsed.epoch()).isEqualTo(c.integer("epoch"));
      assertThat(parsed.tailHashes().getLast().toByteArray())
          .as(c.name())
          .isEqualTo(c.bytes("tail_hash"));
      if (previous != null) {
        assertThat(previous.restrict(Caveat.parse(c.bytes("caveat"))))
            .as(c.name())
            .isEqualTo(parsed);
        assertThat(parsed.caveats().getLast().toBytes()).as(c.name()).isEqualTo(c.bytes("caveat"));
        assertThat(parsed.tailHashes()).containsAll(previous.tailHashes());
      }
      previous = parsed;
    }
    ApiKey last = java.util.Objects.requireNonNull(previous);
    assertThat(last.noDelete()).isTrue();
    assertThat(last.caveats().get(1).notBefore()).isEqualTo(Instant.ofEpochMilli(1763862000123L));
    assertThat(last.caveats().get(2).paths()).hasSize(2);
  }

  @Test
  void refusesAKeyWithAnyByteAltered() {
    ApiKey restricted =
        key.restrict(open.withNoDelete(true))
            .restrict(
                open.withNotAfter(NOW)
                    .withPaths(List.of(new AllowedPath("photos", new byte[] {1, 2, 3}))));
    byte[] bytes = restricted.serialize();
    assertThat(ApiKey.parse(bytes).verify(rootSecret)).isTrue();
    for (int i = 0; i < bytes.length; i++) {
      byte[] altered = bytes.clone();
      altered[i] ^= 1;
      assertThat(isGenuine(altered)).as("byte " + i).isFalse();
      assertThat(isGenuine(Arrays.copyOf(bytes, i))).as("cut to " + i).isFalse();
    }
    assertThat(isGenuine(Arrays.copyOf(bytes, bytes.length + 1))).isFalse();
  }

  private boolean isGenuine(byte[] bytes) {
    try {
      return ApiKey.parse(bytes).verify(rootSecret);
    } catch (HoldfastException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.API_KEY_INVALID);
      return false;
    }
  }

  @Test
  void cannotBeWidenedByDroppingACaveat() {
    byte[] bytes = key.restrict(open.withOperations(Set.of(Operation.READ))).serialize();
    byte[] head = Arrays.copyOf(bytes, 38);
    byte[] forged = new byte[38 + 2 + 32];
    System.arraycopy(head, 0, forged, 0, 38);
    System.arraycopy(bytes, bytes.length - 32, forged, 40, 32);
    assertThat(ApiKey.parse(forged).verify(rootSecret)).isFalse();
  }

  @Test
  void deniesByOperation() {
    ApiKey reader = key.restrict(open.withOperations(EnumSet.of(Operation.READ, Operation.LIST)));
    assertAllowed(reader, Operation.READ, "b", "00");
    assertDenied(reader, Operation.WRITE, "b", "00", ErrorCode.OPERATION_DENIED);
    assertDenied(reader, Operation.DELETE, "b", "00", ErrorCode.OPERATION_DENIED);
    ApiKey none = reader.restrict(open.withOperations(Set.of()));
    assertDenied(none, Operation.READ, "b", "00", ErrorCode.OPERATION_DENIED);
  }

  @Test
  void deniesByPathAtWholePrefixes() {
    AllowedPath directory = new AllowedPath("b", HexFormat.of().parseHex("0a0b"));
    ApiKey narrow =
        key.restrict(open.withPaths(List.of(directory, new AllowedPath("whole", new byte[0]))));
    assertAllowed(narrow, Operation.READ, "b", "0a0b");
    assertAllowed(narrow, Operation.WRITE, "b", "0a0b0c");
    assertAllowed(narrow, Operation.LIST, "b", "0a0b");
    assertAllowed(narrow, Operation.DELETE, "whole", "");
    assertDenied(narrow, Operation.READ, "b", "0a", ErrorCode.PATH_DENIED);
    assertDenied(narrow, Operation.READ, "b", "0a0c", ErrorCode.PATH_DENIED);
    assertDenied(narrow, Operation.LIST, "b", "", ErrorCode.PATH_DENIED);
    assertDenied(narrow, Operation.READ, "c", "0a0b", ErrorCode.PATH_DENIED);
    assertThat(narrow.permits(Action.onProject(Operation.LIST, NOW)).isAllowed()).isTrue();
    assertThat(narrow.permits(Action.onProject(Operation.READ, NOW)).isAllowed()).isTrue();
    assertThat(narrow.permits(Action.onProject(Operation.WRITE, NOW)).isAllowed()).isFalse();
    assertThat(narrow.touchesBucket("b")).isTrue();
    assertThat(narrow.touchesBucket("c")).isFalse();
    assertThat(key.touchesBucket("c")).isTrue();
  }

  @Test
  void deniesByTime() {
    ApiKey dated = key.restrict(open.withNotBefore(NOW).withNotAfter(NOW.plusSeconds(60)));
    assertThat(code(dated, NOW.minusMillis(1))).isEqualTo(ErrorCode.API_KEY_NOT_YET_VALID);
    assertThat(code(dated, NOW)).isNull();
    assertThat(code(dated, NOW.plusSeconds(60))).isNull();
    assertThat(code(dated, NOW.plusSeconds(60).plusMillis(1))).isEqualTo(ErrorCode.API_KEY_EXPIRED);
  }

  private static @org.jspecify.annotations.Nullable ErrorCode code(ApiKey key, Instant now) {
    return key.permits(Action.onProject(Operation.READ, now)) instanceof Decision.Denied denied
        ? denied.code()
        : null;
  }

  @Test
  void deniesDeletes() {
    ApiKey safe = key.restrict(open.withNoDelete(true));
    assertDenied(safe, Operation.DELETE, "b", "00", ErrorCode.DELETE_DENIED);
    assertAllowed(safe, Operation.WRITE, "b", "00");
    assertThat(safe.noDelete()).isTrue();
    assertThat(safe.restrict(open).noDelete()).isTrue();
    assertThat(key.noDelete()).isFalse();
  }

  @Test
  void onlyEverNarrows() {
    long seed = System.nanoTime();
    Random dice = new Random(seed);
    for (int round = 0; round < 400; round++) {
      ApiKey wide = key;
      for (int i = dice.nextInt(3); i > 0; i--) {
        wide = wide.restrict(draw(dice));
      }
      ApiKey narrow = wide.restrict(draw(dice));
      for (int i = 0; i < 10; i++) {
        byte[] path = new byte[dice.nextInt(4)];
        for (int j = 0; j < path.length; j++) {
          path[j] = (byte) dice.nextInt(2);
        }
        Action action =
            Action.onPath(
                Operation.values()[dice.nextInt(4)],
                dice.nextBoolean() ? "a" : "b",
                path,
                NOW.plusSeconds(dice.nextInt(10)));
        if (narrow.permits(action).isAllowed()) {
          assertThat(wide.permits(action).isAllowed()).as("seed " + seed).isTrue();
        }
      }
      ApiKey again = ApiKey.parse(narrow.serialize());
      assertThat(again).as("seed " + seed).isEqualTo(narrow);
      assertThat(again.caveats()).as("seed " + seed).isEqualTo(narrow.caveats());
      assertThat(again.verify(rootSecret)).as("seed " + seed).isTrue();
    }
  }

  private Caveat draw(Random dice) {
    Caveat caveat = Caveat.unrestricted(random).withNoDelete(dice.nextInt(5) == 0);
    if (dice.nextInt(3) == 0) {
      caveat =
          caveat.withOperations(EnumSet.of(Operation.values()[dice.nextInt(4)], Operation.READ));
    }
    if (dice.nextBoolean()) {
      byte[] prefix = new byte[dice.nextInt(3)];
      caveat = caveat.withPaths(List.of(new AllowedPath(dice.nextBoolean() ? "a" : "b", prefix)));
    }
    if (dice.nextInt(4) == 0) {
      caveat = caveat.withNotBefore(NOW.plusSeconds(dice.nextInt(10)));
    }
    return caveat;
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    byte[] caveat = open.toBytes();
    assertRefused(caveat, 0, (byte) 2, "caveat version 2");
    assertRefused(caveat, 1, (byte) 8, "flags");
    assertRefused(caveat, 2, (byte) 1, "Unknown operations");
    assertThatThrownBy(() -> Caveat.parse(Arrays.copyOf(caveat, caveat.length + 1)))
        .hasMessageContaining("follow");
    assertThatThrownBy(() -> Caveat.parse(Arrays.copyOf(caveat, 5)))
        .hasMessageContaining("cut off");
    byte[] serialized = key.serialize();
    serialized[1] = 2;
    assertThatThrownBy(() -> ApiKey.parse(serialized))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.API_KEY_INVALID))
        .hasMessageContaining("version 2");
  }

  private static void assertRefused(byte[] good, int at, byte value, String message) {
    byte[] bad = good.clone();
    bad[at] = value;
    assertThatThrownBy(() -> Caveat.parse(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void bindsRestrictedKeysToTheirParents() {
    ApiKey one = key.restrict(Caveat.unrestricted(random));
    ApiKey two = key.restrict(Caveat.unrestricted(random));
    Bytes32 parent = key.tailHashes().getLast();
    assertThat(one.tailHashes()).hasSize(2).startsWith(parent);
    assertThat(two.tailHashes()).startsWith(parent);
    assertThat(one.tailHashes().getLast()).isNotEqualTo(two.tailHashes().getLast());
    assertThat(ApiKey.issue(rootSecret, 1, new UUID(5, 6), random).tailHashes())
        .doesNotContain(parent);
  }

  @Test
  void boundsItself() {
    ApiKey full = key;
    for (int i = 0; i < ApiKey.MAX_CAVEATS; i++) {
      full = full.restrict(open);
    }
    ApiKey last = full;
    assertThatThrownBy(() -> last.restrict(open)).hasMessageContaining("32 caveats");
    AllowedPath longPath = new AllowedPath("b", new byte[AllowedPath.MAX_PREFIX_BYTES]);
    assertThatThrownBy(() -> key.restrict(open.withPaths(List.of(longPath, longPath))))
        .hasMessageContaining("16384");
    assertThat(key.toString())
        .doesNotContain(HexFormat.of().formatHex(key.serialize()).substring(80));
    assertThat(Operation.values()).extracting(Operation::id).containsExactly(0, 1, 2, 3);
  }

  private static void assertAllowed(ApiKey key, Operation operation, String bucket, String path) {
    Decision decision =
        key.permits(Action.onPath(operation, bucket, HexFormat.of().parseHex(path), NOW));
    assertThat(decision).isEqualTo(new Decision.Allowed());
    decision.orThrow();
  }

  private static void assertDenied(
      ApiKey key, Operation operation, String bucket, String path, ErrorCode code) {
    Decision decision =
        key.permits(Action.onPath(operation, bucket, HexFormat.of().parseHex(path), NOW));
    assertThat(decision)
        .isInstanceOfSatisfying(Decision.Denied.class, d -> assertThat(d.code()).isEqualTo(code));
    assertThatThrownBy(decision::orThrow)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
