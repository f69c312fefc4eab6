package dev.holdfast.piececlient;

import dev.holdfast.protocol.identity.NodeId;

/**
 * A storage node and where it says that it listens; the id is what is trusted, the address is not.
 *
 * @param host name or address
 * @param port 1 to 65,535
 */
public record NodeTarget(NodeId id, String host, int port) {
  public NodeTarget {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("node " + id + ": the host is empty");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("node " + id + ": port " + port + ", need 1 to 65535");
    }
  }

  /**
   * Reads {@code host:port}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static NodeTarget parse(NodeId id, String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "node " + id + ": address \"" + address + "\", need host:port");
    }
    String host = address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new NodeTarget(id, host, Integer.parseInt(address.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "node " + id + ": address \"" + address + "\", need a port after the colon", e);
    }
  }

  @Override
  public String toString() {
    return id + "@" + host + ":" + port;
  }
}
