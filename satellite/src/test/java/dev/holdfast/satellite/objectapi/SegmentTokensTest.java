package dev.holdfast.satellite.objectapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.satellite.metadata.Attempt;
import dev.holdfast.satellite.metadata.ObjectAddress;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import dev.holdfast.satellite.secrets.SecretPurpose;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final SecureRandom random = new SecureRandom();
  private Path folder;
  private SegmentTokens tokens;

  @BeforeEach
  void open(@TempDir Path parent) {
    folder = parent.resolve("secrets");
    tokens = tokens();
  }

  private SegmentTokens tokens() {
    return new SegmentTokens(SatelliteSecrets.open(folder, random), InstantSource.fixed(NOW));
  }

  private static SegmentToken token(long windowEnds, List<PlacedPiece> offered) {
    ByteString id = ByteString.copyFrom(new byte[16]);
    return new SegmentToken(
        new UUID(1, 2),
        SegmentToken.hash(new ObjectAddress(new UUID(1, 2), "bucket", id)),
        new Attempt(id, id, 3),
        4,
        new RootPieceId(5, 6),
        new RedundancyScheme(1, 29, 35, 80, 256),
        1 << 20,
        windowEnds,
        0,
        offered);
  }

  private static void assertRefused(ErrorCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void tokensComeBackAlsoAfterARotation() {
    SegmentToken token =
        token(
            NOW.toEpochMilli(),
            List.of(new PlacedPiece(255, 70_000), new PlacedPiece(0, 1), new PlacedPiece(0, 2)));
    ByteString serialized = tokens.issue(token);
    assertThat(tokens.open(serialized)).isEqualTo(token);
    SatelliteSecrets.rotate(folder, SecretPurpose.TOKENS, random);
    SegmentTokens rotated = tokens();
    assertThat(rotated.open(serialized)).isEqualTo(token);
    assertRefused(ErrorCode.SEGMENT_TOKEN_INVALID, () -> tokens.open(rotated.issue(token)));
  }

  @Test
  void everyAlteredByteAndEveryLengthIsRefused() {
    byte[] serialized =
        tokens.issue(token(NOW.toEpochMilli(), List.of(new PlacedPiece(1, 1)))).toByteArray();
    for (int at = 0; at < serialized.length; at++) {
      byte[] altered = serialized.clone();
      altered[at] ^= 0x10;
      assertRefused(
          ErrorCode.SEGMENT_TOKEN_INVALID, () -> tokens.open(ByteString.copyFrom(altered)));
      ByteString cut = ByteString.copyFrom(serialized, 0, at);
      assertRefused(ErrorCode.SEGMENT_TOKEN_INVALID, () -> tokens.open(cut));
    }
  }

  @Test
  void aClosedWindowRefusesCommitsButNotGivingUp() {
    SegmentToken token = token(NOW.toEpochMilli() - 1, List.of(new PlacedPiece(1, 1)));
    ByteString serialized = tokens.issue(token);
    assertRefused(ErrorCode.SEGMENT_TOKEN_EXPIRED, () -> tokens.open(serialized));
    assertThat(tokens.openClosed(serialized)).isEqualTo(token);
  }

  @Test
  void offersAreBounded() {
    List<PlacedPiece> offered = new ArrayList<>();
    for (int i = 0; i < 1025; i++) {
      offered.add(new PlacedPiece(i % 256, i + 1));
    }
    assertRefused(
        ErrorCode.SEGMENT_TOKEN_INVALID, () -> tokens.issue(token(NOW.toEpochMilli(), offered)));
  }
}
