package dev.holdfast.launcher.network;

import dev.holdfast.launcher.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds ports on loopback that nobody listens on. Not thread-safe. */
final class Ports {
  private int next;

  /**
   * @param first where to begin looking
   */
  Ports(int first) {
    this.next = first;
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // A port in TIME_WAIT counts as free: the peers bind with the same option.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static void requireFree(int port, String what, String wayOut) {
    if (!isFree(port)) {
      throw new CommandFailure(
          CommandFailure.ENVIRONMENT,
          "port %d, which %s needs, is taken by another program: %s".formatted(port, what, wayOut));
    }
  }

  /** The next free port, above the last one given out. */
  int take() {
    while (next <= 65_535) {
      int port = next++;
      if (isFree(port)) {
        return port;
      }
    }
    throw new CommandFailure(
        CommandFailure.ENVIRONMENT,
        "no free port is left below 65,536: choose a lower one with --s3-port P");
  }
}
