package dev.holdfast.protocol.order;

import com.google.errorprone.annotations.Immutable;
import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.MacKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node's word that it has checked, synced and will keep one piece. See
 * docs/specifications/order-limit.md for the fixed layout of {@link #SIGNED_LENGTH} bytes.
 *
 * @param epoch key epoch of the receipt key, from 1
 * @param limitHash {@link SignedOrderLimit#hash()} of the limit under which it was put
 * @param pieceBytes size of the piece
 * @param nodeTime the node's clock, kept in milliseconds
 * @param sequence number of this receipt at the node, rising from 1
 */
@Immutable
@SuppressWarnings("Immutable") // Instant is immutable
public record PieceReceipt(
    int epoch,
    Bytes32 limitHash,
    Bytes32 pieceRoot,
    Bytes32 segmentRoot,
    long pieceBytes,
    Instant nodeTime,
    long sequence) {
  static final byte TYPE = 2;
  static final byte VERSION = 1;

  /** Bytes of a serialized receipt with its MAC. */
  public static final int SIGNED_LENGTH = 2 + 4 + 3 * Bytes32.LENGTH + 3 * 8 + MacKey.MAC_BYTES;

  public PieceReceipt {
    if (epoch < 1) {
      throw new IllegalArgumentException("A key epoch starts at 1, not " + epoch + ".");
    }
    if (pieceBytes < 1) {
      throw new IllegalArgumentException("A piece has at least 1 byte, not " + pieceBytes + ".");
    }
    if (sequence < 1) {
      throw new IllegalArgumentException(
          "A receipt's sequence number starts at 1, not " + sequence + ".");
    }
    nodeTime = nodeTime.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Authenticates the receipt with the node's receipt key of this epoch. */
  public SignedPieceReceipt sign(MacKey receiptKey) {
    if (receiptKey.epoch() != epoch) {
      throw new IllegalArgumentException(
          "A receipt of epoch "
              + epoch
              + " is not signed with a key of epoch "
              + receiptKey.epoch()
              + ".");
    }
    ByteBuffer out = ByteBuffer.allocate(SIGNED_LENGTH);
    out.put(TYPE).put(VERSION).putInt(epoch);
    limitHash.write(out);
    pieceRoot.write(out);
    segmentRoot.write(out);
    out.putLong(pieceBytes).putLong(nodeTime.toEpochMilli()).putLong(sequence);
    byte[] mac = receiptKey.sign(out.array(), 0, out.position());
    out.put(mac);
    return new SignedPieceReceipt(this, Bytes32.of(mac), out.array());
  }

  /** The serialized receipt with its MAC. */
  public byte[] toBytes(MacKey receiptKey) {
    return sign(receiptKey).serialized();
  }

  static SignedPieceReceipt parse(byte[] serialized) {
    if (serialized.length != SIGNED_LENGTH) {
      throw invalid("it has " + serialized.length + " bytes instead of " + SIGNED_LENGTH, null);
    }
    ByteBuffer in = ByteBuffer.wrap(serialized);
    byte type = in.get();
    byte version = in.get();
    if (type != TYPE || version != VERSION) {
      throw invalid(
          "it starts with type " + type + ", version " + version + "; known is type 2, version 1",
          null);
    }
    try {
      PieceReceipt receipt =
          new PieceReceipt(
              in.getInt(),
              Bytes32.read(in),
              Bytes32.read(in),
              Bytes32.read(in),
              in.getLong(),
              Instant.ofEpochMilli(in.getLong()),
              in.getLong());
      return new SignedPieceReceipt(receipt, Bytes32.read(in), serialized.clone());
    } catch (IllegalArgumentException e) {
      throw invalid(e.getMessage(), e);
    }
  }

  private static HoldfastException invalid(@Nullable String reason, @Nullable Throwable cause) {
    return new HoldfastException(
        ErrorCode.RECEIPT_INVALID,
        "The piece receipt is not as a node issues it: " + reason + ".",
        cause);
  }
}
