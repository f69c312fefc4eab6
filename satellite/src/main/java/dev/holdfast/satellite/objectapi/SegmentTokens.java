package dev.holdfast.satellite.objectapi;

import com.google.protobuf.ByteString;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.piece.RootPieceId;
import dev.holdfast.protocol.secret.Hkdf;
import dev.holdfast.satellite.metadata.Attempt;
import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.nodes.PlacedPiece;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import dev.holdfast.satellite.secrets.SecretPurpose;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The bytes of segment tokens: type 4, version 1, epoch, fields in fixed order, HMAC-SHA256. Only
 * the satellite reads them. See docs/specifications/object-api.md. Thread-safe.
 */
final class SegmentTokens {
  private static final byte TYPE = 4;
  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = 2 + 4 + 16 + 32 + 16 + 16 + 4 + 4 + 16 + 5 * 2 + 3 * 8 + 2;
  private static final int PIECE_BYTES = 1 + 4;

  /** Every piece of the largest scheme, each replaced three times. */
  private static final int MAX_OFFERED = 1024;

  private static final String LABEL = "holdfast segment token";

  private final Map<Integer, MacKey> keys = new HashMap<>();
  private final int currentEpoch;
  private final InstantSource clock;

  SegmentTokens(SatelliteSecrets secrets, InstantSource clock) {
    secrets
        .epochs(SecretPurpose.TOKENS)
        .forEach((epoch, secret) ->
            keys.put(epoch, new MacKey(epoch, Hkdf.derive(secret, LABEL, 1, MacKey.MAC_BYTES))));
    this.currentEpoch = secrets.currentEpoch(SecretPurpose.TOKENS);
    this.clock = clock;
  }

  /**
   * @throws HoldfastException segment-token-invalid when too many pieces were replaced
   */
  ByteString issue(SegmentToken token) {
    if (token.offered().size() > MAX_OFFERED) {
      throw new HoldfastException(
          ErrorCode.SEGMENT_TOKEN_INVALID,
          "more than " + MAX_OFFERED + " pieces were offered for one segment; begin it again");
    }
    ByteBuffer out =
        ByteBuffer.allocate(FIXED_BYTES + token.offered().size() * PIECE_BYTES + MacKey.MAC_BYTES);
    out.put(TYPE).put(VERSION).putInt(currentEpoch);
    out.putLong(token.projectId().getMostSignificantBits())
        .putLong(token.projectId().getLeastSignificantBits());
    token.addressHash().write(out);
    token.attempt().objectId().copyTo(out);
    token.attempt().attemptId().copyTo(out);
    out.putInt(token.attempt().part()).putInt(token.index());
    out.put(token.root().toByteArray());
    RedundancyScheme scheme = token.scheme();
    for (int number :
        new int[] {
          scheme.codeId(), scheme.required(), scheme.repair(), scheme.optimal(), scheme.total()
        }) {
      out.putShort((short) number);
    }
    out.putLong(token.maxPlainBytes())
        .putLong(token.windowEndsMillis())
        .putLong(token.objectExpiresMillis());
    out.putShort((short) token.offered().size());
    for (PlacedPiece piece : token.offered()) {
      out.put((byte) piece.pieceNumber()).putInt(piece.nodeAlias());
    }
    out.put(key(currentEpoch).sign(out.array(), 0, out.position()));
    return ByteString.copyFrom(out.array());
  }

  /**
   * Reads a token that this satellite issued and whose commit window is open.
   *
   * @throws HoldfastException segment-token-invalid, segment-token-expired
   */
  SegmentToken open(ByteString serialized) {
    SegmentToken token = openClosed(serialized);
    if (token.windowEndsMillis() < clock.millis()) {
      throw new HoldfastException(
          ErrorCode.SEGMENT_TOKEN_EXPIRED,
          "the segment's commit window ended at %s; upload the segment again"
              .formatted(Instant.ofEpochMilli(token.windowEndsMillis())));
    }
    return token;
  }

  /** The same whether its window is open or not, for giving its pieces up. */
  SegmentToken openClosed(ByteString serialized) {
    byte[] bytes = serialized.toByteArray();
    if (bytes.length < FIXED_BYTES + MacKey.MAC_BYTES || bytes[0] != TYPE || bytes[1] != VERSION) {
      throw invalid();
    }
    int signed = bytes.length - MacKey.MAC_BYTES;
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, signed);
    in.position(2);
    MacKey key = keys.get(in.getInt());
    if (key == null
        || !MessageDigest.isEqual(
            key.sign(bytes, 0, signed), Arrays.copyOfRange(bytes, signed, bytes.length))) {
      throw invalid();
    }
    try {
      return read(in);
    } catch (BufferUnderflowException e) {
      throw invalid();
    }
  }

  private static SegmentToken read(ByteBuffer in) {
    UUID projectId = new UUID(in.getLong(), in.getLong());
    Bytes32 addressHash = Bytes32.read(in);
    ByteString objectId = ByteString.copyFrom(in, 16);
    ByteString attemptId = ByteString.copyFrom(in, 16);
    Attempt attempt = new Attempt(objectId, attemptId, in.getInt());
    int index = in.getInt();
    RootPieceId root = RootPieceId.read(in);
    RedundancyScheme scheme =
        new RedundancyScheme(
            in.getShort(), in.getShort(), in.getShort(), in.getShort(), in.getShort());
    long maxPlainBytes = in.getLong();
    long windowEnds = in.getLong();
    long objectExpires = in.getLong();
    int count = Short.toUnsignedInt(in.getShort());
    List<PlacedPiece> offered = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      offered.add(new PlacedPiece(Byte.toUnsignedInt(in.get()), in.getInt()));
    }
    return new SegmentToken(
        projectId,
        addressHash,
        attempt,
        index,
        root,
        scheme,
        maxPlainBytes,
        windowEnds,
        objectExpires,
        offered);
  }

  private MacKey key(int epoch) {
    MacKey key = keys.get(epoch);
    if (key == null) {
      throw new IllegalStateException("no segment token key of epoch " + epoch);
    }
    return key;
  }

  private static HoldfastException invalid() {
    return new HoldfastException(
        ErrorCode.SEGMENT_TOKEN_INVALID,
        "the segment token was not issued by this satellite, or it was altered");
  }
}
