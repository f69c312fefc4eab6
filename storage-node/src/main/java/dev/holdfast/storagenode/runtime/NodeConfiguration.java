package dev.holdfast.storagenode.runtime;

import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.storagenode.pieceservice.PieceServiceConfig;
import dev.holdfast.storagenode.piecestore.PieceStoreConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The keys of a storage node's configuration. An unknown key below {@code holdfast.node} stops the
 * start.
 */
@ConfigMapping(prefix = "holdfast.node")
public interface NodeConfiguration {
  /** Folder of everything that this node keeps. */
  Path directory();

  /** {@code host:port} of the piece service. */
  String listen();

  /** {@code host:port} at which others reach it; by default what it listens on. */
  Optional<String> advertise();

  /** {@code id@host:port} of the satellite. */
  String satellite();

  /** File with the invitation's token; needed to join only. */
  Optional<Path> invitationFile();

  /** Bytes that pieces may take on disk; at least 64 MiB. */
  MemorySize capacity();

  /** How long deleted pieces can be restored. */
  @WithDefault("P7D")
  Duration trashHold();

  /** Bytes that may leave the trash in one day, 0 for no cap. */
  @WithDefault("0")
  MemorySize trashDailyCapBytes();

  /** File that is written when the node is ready and deleted when it stops. */
  Optional<Path> readyFile();

  /** The same as plain values, checked. */
  default StorageNodeConfig toConfig() {
    String listen = listen();
    int colon = listen.lastIndexOf(':');
    long capacity = capacity().asLongValue();
    if (colon < 1) {
      throw new IllegalArgumentException(
          "holdfast.node.listen is host:port, not '" + listen + "'.");
    }
    if (capacity < StorageNodeConfig.LEAST_CAPACITY_BYTES) {
      throw new IllegalArgumentException(
          "holdfast.node.capacity is at least "
              + StorageNodeConfig.LEAST_CAPACITY_BYTES
              + " bytes, not "
              + capacity
              + ".");
    }
    return new StorageNodeConfig(
        directory(),
        listen.substring(0, colon).replace("[", "").replace("]", ""),
        Integer.parseInt(listen.substring(colon + 1)),
        advertise().orElse(null),
        PeerAddress.parse(satellite()),
        invitationFile().orElse(null),
        PieceStoreConfig.of(capacity, trashHold(), trashDailyCapBytes().asLongValue()),
        PieceServiceConfig.DEFAULT,
        readyFile().orElse(null));
  }
}
