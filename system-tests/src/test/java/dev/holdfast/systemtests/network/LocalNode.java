package dev.holdfast.systemtests.network;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.protocol.identity.PeerAddress;
import dev.holdfast.storagenode.pieceservice.PieceServiceConfig;
import dev.holdfast.storagenode.piecestore.PieceStoreConfig;
import dev.holdfast.storagenode.runtime.StorageNode;
import dev.holdfast.storagenode.runtime.StorageNodeConfig;
import dev.holdfast.systemtests.fault.TcpFaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** One storage node of a {@link LocalNetwork}, reached by everybody through its fault proxy. */
public final class LocalNode implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration JOIN_PATIENCE = Duration.ofSeconds(30);

  private final StorageNodeConfig config;
  private final InstantSource clock;
  private final TcpFaultProxy proxy;
  private @Nullable StorageNode running;

  LocalNode(
      Path directory,
      PeerAddress satellite,
      Path invitationFile,
      long capacityBytes,
      Duration trashHold,
      InstantSource clock) {
    int port = freePort();
    this.proxy = new TcpFaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    this.clock = clock;
    this.config =
        new StorageNodeConfig(
            directory,
            HOST,
            port,
            HOST + ":" + proxy.address().getPort(),
            satellite,
            invitationFile,
            PieceStoreConfig.of(capacityBytes, trashHold, 0),
            PieceServiceConfig.DEFAULT,
            null);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it, without waiting for its first check-in. */
  void start() {
    running = StorageNode.start(config, clock);
  }

  /** Waits until the satellite has taken it in. */
  public void awaitReady() throws InterruptedException {
    awaitReady(JOIN_PATIENCE);
  }

  /** Waits so long at most; fails with what the satellite said, or with {@code timed-out}. */
  public void awaitReady(Duration patience) throws InterruptedException {
    node().awaitReady(patience);
  }

  /** Stops it cleanly; its address stays. */
  public void stop() {
    if (running != null) {
      running.close();
      running = null;
    }
  }

  /** Starts it again on the same folder and address. */
  public void restart() throws InterruptedException {
    stop();
    start();
    awaitReady();
  }

  private StorageNode node() {
    if (running == null) {
      throw new IllegalStateException("the node in " + directory() + " does not run");
    }
    return running;
  }

  public NodeId id() {
    return node().id();
  }

  public Path directory() {
    return config.directory();
  }

  /** What stands between this node and everybody else. */
  public TcpFaultProxy proxy() {
    return proxy;
  }

  @Override
  public void close() {
    stop();
    proxy.close();
  }
}
