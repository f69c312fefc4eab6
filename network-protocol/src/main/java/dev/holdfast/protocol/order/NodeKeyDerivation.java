package dev.holdfast.protocol.order;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.secret.Hkdf;
import dev.holdfast.protocol.secret.SecretBytes;
import java.nio.ByteBuffer;

/**
 * The keys that a satellite shares with one node, derived from its order secret of an epoch and
 * never stored by it. The node gets them at check-in.
 */
public final class NodeKeyDerivation {
  private static final String LIMIT_LABEL = "holdfast node limit key";
  private static final String RECEIPT_LABEL = "holdfast node receipt key";
  private static final int VERSION = 1;

  private NodeKeyDerivation() {}

  /** Authenticates order limits from the satellite to the node. */
  public static MacKey limitKey(SecretBytes epochSecret, int epoch, NodeId nodeId) {
    return derive(epochSecret, LIMIT_LABEL, epoch, nodeId);
  }

  /** Authenticates receipts from the node to the satellite. */
  public static MacKey receiptKey(SecretBytes epochSecret, int epoch, NodeId nodeId) {
    return derive(epochSecret, RECEIPT_LABEL, epoch, nodeId);
  }

  private static MacKey derive(SecretBytes epochSecret, String label, int epoch, NodeId nodeId) {
    byte[] epochBytes = ByteBuffer.allocate(4).putInt(epoch).array();
    return new MacKey(
        epoch,
        Hkdf.derive(epochSecret, label, VERSION, MacKey.MAC_BYTES, epochBytes, nodeId.bytes()));
  }
}
