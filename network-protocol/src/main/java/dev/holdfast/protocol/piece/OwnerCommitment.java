package dev.holdfast.protocol.piece;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.mac.LabeledHash;

/**
 * What a node keeps beside a piece so that the owner can claim it when the satellite is gone: the
 * labelled hash of the project's recovery public key and the piece id. Nodes learn neither the key
 * nor which pieces belong together.
 */
public final class OwnerCommitment {
  private static final String LABEL = "holdfast owner commitment";
  private static final int VERSION = 1;

  private OwnerCommitment() {}

  /**
   * @param recoveryPublicKey Ed25519 public key, 32 bytes
   */
  public static Bytes32 of(byte[] recoveryPublicKey, PieceId pieceId) {
    if (recoveryPublicKey.length != 32) {
      throw new IllegalArgumentException(
          "A recovery public key has 32 bytes, not " + recoveryPublicKey.length + ".");
    }
    return LabeledHash.of(LABEL, VERSION, recoveryPublicKey, pieceId.toByteArray());
  }
}
