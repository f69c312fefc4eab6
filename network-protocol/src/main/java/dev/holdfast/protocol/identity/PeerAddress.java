package dev.holdfast.protocol.identity;

import com.google.errorprone.annotations.Immutable;

/**
 * Who a peer is and where it listens. Text form {@code id@host:port}; an IPv6 host stands in
 * brackets.
 *
 * @param host name or address, without brackets
 * @param port 1 to 65,535
 */
@Immutable
public record PeerAddress(Bytes32 id, String host, int port) {
  public PeerAddress {
    if (host.isEmpty() || host.indexOf('@') >= 0 || host.indexOf('[') >= 0) {
      throw new IllegalArgumentException("'" + host + "' is not a host name or address.");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("A port is 1 to 65535, not " + port + ".");
    }
  }

  /** Reads {@code id@host:port}. */
  public static PeerAddress parse(String text) {
    int at = text.indexOf('@');
    int colon = text.lastIndexOf(':');
    if (at != 2 * Bytes32.LENGTH || colon < at) {
      throw malformed(text);
    }
    String host = text.substring(at + 1, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw malformed(text);
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(malformed(text).getMessage(), e);
    }
    return new PeerAddress(Bytes32.parse(text.substring(0, at)), host, port);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a peer's address: id (64 hex digits), '@', host, ':', port.");
  }

  /** Host and port alone, as {@code host:port}. */
  public String hostAndPort() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return id + "@" + hostAndPort();
  }
}
