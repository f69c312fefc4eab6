package dev.holdfast.satellite.orders;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.mac.MacKey;
import dev.holdfast.protocol.order.NodeKeyDerivation;
import dev.holdfast.protocol.secret.SecretBytes;
import dev.holdfast.satellite.secrets.SatelliteSecrets;
import dev.holdfast.satellite.secrets.SecretPurpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The keys behind limits, receipts and settlement, by epoch. Node keys are derived and kept while
 * there is room. A limit's epoch is that of the order limit secret; its seed comes from the
 * settlement secret of the same epoch or the newest before it. Thread-safe.
 */
public final class OrderKeys {

  private static final int MAX_KEPT = 50_000;

  private final SatelliteSecrets secrets;
  private final ConcurrentMap<KeyName, NodeKeys> kept = new ConcurrentHashMap<>();

  public OrderKeys(SatelliteSecrets secrets) {
    this.secrets = secrets;
  }

  /** The epoch of new limits. */
  public int currentEpoch() {
    return secrets.currentEpoch(SecretPurpose.ORDER_LIMITS);
  }

  /** A node's keys of an epoch; empty when this satellite never had the epoch. */
  public Optional<NodeKeys> find(int epoch, NodeId node) {
    NodeKeys known = kept.get(new KeyName(epoch, node));
    if (known != null) {
      return Optional.of(known);
    }
    return secrets
        .find(SecretPurpose.ORDER_LIMITS, epoch)
        .map(secret -> {
          NodeKeys derived =
              new NodeKeys(
                  epoch,
                  NodeKeyDerivation.limitKey(secret, epoch, node),
                  NodeKeyDerivation.receiptKey(secret, epoch, node));
          if (kept.size() >= MAX_KEPT) {
            kept.clear();
          }
          kept.put(new KeyName(epoch, node), derived);
          return derived;
        });
  }

  /** A node's keys of the current epoch. */
  public NodeKeys current(NodeId node) {
    return find(currentEpoch(), node)
        .orElseThrow(
            () -> new IllegalStateException("the current epoch has no order limit secret"));
  }

  /** A node's keys of all epochs, the current one first. */
  public List<NodeKeys> all(NodeId node) {
    List<NodeKeys> keys = new ArrayList<>();
    for (int epoch : secrets.epochs(SecretPurpose.ORDER_LIMITS).descendingKeySet()) {
      find(epoch, node).ifPresent(keys::add);
    }
    return keys;
  }

  /** The key from which the seeds of an epoch's limits are derived. */
  MacKey settlementKey(int epoch) {
    NavigableMap<Integer, SecretBytes> epochs = secrets.epochs(SecretPurpose.SETTLEMENT);
    Map.Entry<Integer, SecretBytes> entry = epochs.floorEntry(epoch);
    if (entry == null) {
      throw new IllegalStateException("no settlement secret of epoch " + epoch + " or before");
    }
    return new MacKey(epoch, entry.getValue());
  }

  /** What one node shares with the satellite in one epoch. */
  public record NodeKeys(int epoch, MacKey limitKey, MacKey receiptKey) {}

  private record KeyName(int epoch, NodeId node) {}
}
