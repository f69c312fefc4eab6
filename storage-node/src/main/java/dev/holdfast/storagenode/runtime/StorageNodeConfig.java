package dev.holdfast.storagenode.runtime;

import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.storagenode.pieceservice.PieceServiceConfig;
import dev.holdfast.storagenode.piecestore.PieceStoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that one storage node needs to know.
 *
 * @param directory holds everything of this node and nothing else
 * @param listenHost address of the piece service
 * @param listenPort its port, 0 for a free one
 * @param advertise {@code host:port} at which others reach the piece service, null for what it
 *     listens on
 * @param satellite the only satellite that this node works for
 * @param invitationFile holds the token to join with; not needed once joined
 * @param readyFile written when the node serves and has checked in, deleted when it stops; null for
 *     none
 */
public record StorageNodeConfig(
    Path directory,
    String listenHost,
    int listenPort,
    @Nullable String advertise,
    PeerAddress satellite,
    @Nullable Path invitationFile,
    PieceStoreConfig store,
    PieceServiceConfig service,
    @Nullable Path readyFile) {

  /** The least that a node may lend: room for a few large pieces. */
  public static final long LEAST_CAPACITY_BYTES = 64L << 20;

  public StorageNodeConfig {
    if (listenPort < 0 || listenPort > 65_535) {
      throw new IllegalArgumentException(
          "holdfast.node.listen: a port is 0 to 65535, not " + listenPort + ".");
    }
  }

  /** A node on a free loopback port with defaults for the rest. */
  public static StorageNodeConfig local(
      Path directory,
      PeerAddress satellite,
      @Nullable Path invitationFile,
      long capacityBytes,
      Duration trashHold) {
    return new StorageNodeConfig(
        directory,
        "127.0.0.1",
        0,
        null,
        satellite,
        invitationFile,
        PieceStoreConfig.of(capacityBytes, trashHold, 0),
        PieceServiceConfig.DEFAULT,
        null);
  }
}
