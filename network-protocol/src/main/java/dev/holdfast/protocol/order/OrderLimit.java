package dev.holdfast.protocol.order;

import com.google.errorprone.annotations.Immutable;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.SatelliteId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.piece.PieceId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a satellite permits an uplink to do with one piece on one node: one session of traffic up to
 * a ceiling until it expires. Times are kept in milliseconds. See
 * docs/specifications/order-limit.md for the fixed layout of {@link #SIGNED_LENGTH} bytes.
 *
 * @param epoch key epoch of the satellite's secrets, from 1
 * @param pieceBytes exact size of the piece; 0 unless the action is a get
 * @param ceilingBytes the most piece bytes of the session, 1 to {@link
 *     OrderChain#MAX_CEILING_BYTES}
 * @param pieceExpires when the node may forget the piece; null: never
 * @param ownerCommitment see {@code OwnerCommitment}
 * @param chainUnitBytes bytes that each step of the order chain pays for
 * @param chainAnchor end of the order chain
 */
@Immutable
@SuppressWarnings("Immutable") // Instant is immutable
public record OrderLimit(
    SatelliteId satelliteId,
    int epoch,
    SerialNumber serial,
    Instant created,
    Instant expires,
    NodeId nodeId,
    PieceAction action,
    PieceId pieceId,
    long ceilingBytes,
    long pieceBytes,
    @Nullable Instant pieceExpires,
    Bytes32 ownerCommitment,
    int chainUnitBytes,
    Bytes32 chainAnchor) {
  static final byte TYPE = 1;
  static final byte VERSION = 1;

  /** Bytes of the fields before the chain anchor: what the seed of the order chain is bound to. */
  static final int TERMS_LENGTH =
      2 + 32 + 4 + SerialNumber.LENGTH + 8 + 8 + 32 + 1 + PieceId.LENGTH + 8 + 8 + 8 + 32 + 4;

  /** Bytes of a serialized limit with its MAC. */
  public static final int SIGNED_LENGTH = TERMS_LENGTH + Bytes32.LENGTH + MacKey.MAC_BYTES;

  public OrderLimit {
    if (epoch < 1) {
      throw new IllegalArgumentException("A key epoch starts at 1, not " + epoch + ".");
    }
    if (ceilingBytes < 1 || ceilingBytes > OrderChain.MAX_CEILING_BYTES) {
      throw new IllegalArgumentException(
          "A limit's ceiling is 1 to "
              + OrderChain.MAX_CEILING_BYTES
              + " bytes, not "
              + ceilingBytes
              + ".");
    }
    if (pieceBytes < 0 || (pieceBytes > 0) != action.isGet()) {
      throw new IllegalArgumentException(
          "A limit names the exact piece size for a get only; "
              + action
              + " came with "
              + pieceBytes
              + " bytes.");
    }
    if (chainUnitBytes != OrderChain.unitBytes(ceilingBytes)) {
      throw new IllegalArgumentException(
          "The chain unit for a ceiling of "
              + ceilingBytes
              + " bytes is "
              + OrderChain.unitBytes(ceilingBytes)
              + ", not "
              + chainUnitBytes
              + ".");
    }
    created = created.truncatedTo(ChronoUnit.MILLIS);
    expires = expires.truncatedTo(ChronoUnit.MILLIS);
    if (!expires.isAfter(created)) {
      throw new IllegalArgumentException(
          "A limit expires after it was created: " + created + ", " + expires + ".");
    }
    if (pieceExpires != null) {
      pieceExpires = pieceExpires.truncatedTo(ChronoUnit.MILLIS);
      if (pieceExpires.toEpochMilli() <= 0) {
        throw new IllegalArgumentException("A piece expires after 1970: " + pieceExpires + ".");
      }
    }
  }

  /**
   * The terms of a limit whose chain is still to be made; give it to {@link OrderChain#issue}. Its
   * chain unit follows from the ceiling, its anchor is zero.
   */
  public static OrderLimit terms(
      SatelliteId satelliteId,
      int epoch,
      SerialNumber serial,
      Instant created,
      Instant expires,
      NodeId nodeId,
      PieceAction action,
      PieceId pieceId,
      long ceilingBytes,
      long pieceBytes,
      @Nullable Instant pieceExpires,
      Bytes32 ownerCommitment) {
    return new OrderLimit(
        satelliteId,
        epoch,
        serial,
        created,
        expires,
        nodeId,
        action,
        pieceId,
        ceilingBytes,
        pieceBytes,
        pieceExpires,
        ownerCommitment,
        OrderChain.unitBytes(ceilingBytes),
        Bytes32.ZERO);
  }

  /** The same terms with the anchor of their chain. */
  public OrderLimit withAnchor(Bytes32 anchor) {
    return new OrderLimit(
        satelliteId,
        epoch,
        serial,
        created,
        expires,
        nodeId,
        action,
        pieceId,
        ceilingBytes,
        pieceBytes,
        pieceExpires,
        ownerCommitment,
        chainUnitBytes,
        anchor);
  }

  /** Steps of the order chain: its deepest preimage pays for the whole ceiling. */
  public int chainLength() {
    return OrderChain.length(ceilingBytes);
  }

  /** Authenticates the limit with the node's limit key of this epoch. */
  public SignedOrderLimit sign(MacKey limitKey) {
    if (limitKey.epoch() != epoch) {
      throw new IllegalArgumentException(
          "A limit of epoch "
              + epoch
              + " is not signed with a key of epoch "
              + limitKey.epoch()
              + ".");
    }
    ByteBuffer out = ByteBuffer.allocate(SIGNED_LENGTH);
    write(out);
    byte[] mac = limitKey.sign(out.array(), 0, out.position());
    out.put(mac);
    return new SignedOrderLimit(this, Bytes32.of(mac), out.array());
  }

  /** The serialized limit with its MAC. */
  public byte[] toBytes(MacKey limitKey) {
    return sign(limitKey).serialized();
  }

  /** The fields before the chain anchor. */
  byte[] termsBytes() {
    ByteBuffer out = ByteBuffer.allocate(TERMS_LENGTH);
    writeTerms(out);
    return out.array();
  }

  private void write(ByteBuffer out) {
    writeTerms(out);
    chainAnchor.write(out);
  }

  private void writeTerms(ByteBuffer out) {
    out.put(TYPE).put(VERSION);
    satelliteId.value().write(out);
    out.putInt(epoch)
        .put(serial.toByteArray())
        .putLong(created.toEpochMilli())
        .putLong(expires.toEpochMilli());
    nodeId.value().write(out);
    out.put((byte) action.id())
        .put(pieceId.toByteArray())
        .putLong(ceilingBytes)
        .putLong(pieceBytes)
        .putLong(pieceExpires == null ? 0 : pieceExpires.toEpochMilli());
    ownerCommitment.write(out);
    out.putInt(chainUnitBytes);
  }

  static SignedOrderLimit parse(byte[] serialized) {
    if (serialized.length != SIGNED_LENGTH) {
      throw altered("it has " + serialized.length + " bytes instead of " + SIGNED_LENGTH, null);
    }
    ByteBuffer in = ByteBuffer.wrap(serialized);
    byte type = in.get();
    byte version = in.get();
    if (type != TYPE || version != VERSION) {
      throw altered(
          "it starts with type " + type + ", version " + version + "; known is type 1, version 1",
          null);
    }
    try {
      OrderLimit limit =
          new OrderLimit(
              new SatelliteId(Bytes32.read(in)),
              in.getInt(),
              SerialNumber.read(in),
              Instant.ofEpochMilli(in.getLong()),
              Instant.ofEpochMilli(in.getLong()),
              new NodeId(Bytes32.read(in)),
              PieceAction.ofId(Byte.toUnsignedInt(in.get())),
              PieceId.read(in),
              in.getLong(),
              in.getLong(),
              readExpiry(in.getLong()),
              Bytes32.read(in),
              in.getInt(),
              Bytes32.read(in));
      return new SignedOrderLimit(limit, Bytes32.read(in), serialized.clone());
    } catch (IllegalArgumentException e) {
      throw altered(e.getMessage(), e);
    }
  }

  private static @Nullable Instant readExpiry(long millis) {
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }

  private static HoldfastException altered(@Nullable String reason, @Nullable Throwable cause) {
    return new HoldfastException(
        ErrorCode.LIMIT_ALTERED,
        "The order limit is not as a satellite issued it: " + reason + ".",
        cause);
  }
}
