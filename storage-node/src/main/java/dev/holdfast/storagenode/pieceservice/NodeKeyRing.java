package dev.holdfast.storagenode.pieceservice;

import dev.holdfast.protocol.mac.MacKey;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys that the satellite shares with this node, by epoch. Empty until the first check-in: no
 * limit is accepted before. Kept in memory only. Thread-safe.
 */
public final class NodeKeyRing {
  private volatile Map<Integer, Keys> byEpoch = Map.of();

  /** The keys of one epoch. */
  public record Keys(MacKey limitKey, MacKey receiptKey) {
    public Keys {
      if (limitKey.epoch() != receiptKey.epoch()) {
        throw new IllegalArgumentException(
            "keys of epochs "
                + limitKey.epoch()
                + " and "
                + receiptKey.epoch()
                + " do not belong together");
      }
    }

    int epoch() {
      return limitKey.epoch();
    }
  }

  /** Replaces all keys. */
  public void replace(List<Keys> keys) {
    byEpoch =
        keys.stream()
            .collect(Collectors.toUnmodifiableMap(Keys::epoch, Function.identity(), (a, _) -> a));
  }

  @Nullable Keys find(int epoch) {
    return byEpoch.get(epoch);
  }

  /** Whether a check-in has brought keys. */
  public boolean isEmpty() {
    return byEpoch.isEmpty();
  }
}
