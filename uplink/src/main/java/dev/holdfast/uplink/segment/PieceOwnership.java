package dev.holdfast.uplink.segment;

import dev.holdfast.protocol.identity.SatelliteId;
import java.util.Arrays;

/**
 * What a grant says of the project's pieces: the satellite whose limits count and the recovery
 * public key that every owner's commitment must be made of.
 */
public final class PieceOwnership {
  private final SatelliteId satelliteId;
  private final byte[] recoveryPublicKey;

  public PieceOwnership(SatelliteId satelliteId, byte[] recoveryPublicKey) {
    if (recoveryPublicKey.length != 32) {
      throw new IllegalArgumentException(
          "A recovery public key has 32 bytes, this one " + recoveryPublicKey.length + ".");
    }
    this.satelliteId = satelliteId;
    this.recoveryPublicKey = recoveryPublicKey.clone();
  }

  public SatelliteId satelliteId() {
    return satelliteId;
  }

  /** Ed25519 public key, 32 bytes; a copy. */
  public byte[] recoveryPublicKey() {
    return recoveryPublicKey.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PieceOwnership that
        && satelliteId.equals(that.satelliteId)
        && Arrays.equals(recoveryPublicKey, that.recoveryPublicKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(recoveryPublicKey);
  }
}
