package dev.holdfast.protocol.order;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.MacKey;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A piece receipt with its MAC, as it travels. Parsing checks the layout only; {@link #verify}
 * checks the MAC. Immutable.
 */
public final class SignedPieceReceipt {
  private final PieceReceipt receipt;
  private final Bytes32 mac;
  private final byte[] serialized;

  SignedPieceReceipt(PieceReceipt receipt, Bytes32 mac, byte[] serialized) {
    this.receipt = receipt;
    this.mac = mac;
    this.serialized = serialized;
  }

  /**
   * Reads a serialized receipt.
   *
   * @throws dev.holdfast.protocol.error.HoldfastException {@code receipt-invalid} when it has not
   *     the layout of a receipt
   */
  public static SignedPieceReceipt parse(byte[] serialized) {
    return PieceReceipt.parse(serialized);
  }

  public PieceReceipt receipt() {
    return receipt;
  }

  public Bytes32 mac() {
    return mac;
  }

  /** A copy of the bytes as they travel. */
  public byte[] serialized() {
    return serialized.clone();
  }

  /** Whether the node that holds the key made this receipt; false for a key of another epoch. */
  public boolean verify(MacKey receiptKey) {
    return receiptKey.epoch() == receipt.epoch()
        && MessageDigest.isEqual(
            receiptKey.sign(serialized, 0, serialized.length - MacKey.MAC_BYTES),
            mac.toByteArray());
  }

  /** The same with the raw key of the receipt's epoch. */
  public boolean verify(byte[] receiptKey) {
    return verify(MacKey.of(receipt.epoch(), receiptKey));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SignedPieceReceipt that && Arrays.equals(serialized, that.serialized);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(serialized);
  }

  @Override
  public String toString() {
    return "SignedPieceReceipt[" + receipt + "]";
  }
}
