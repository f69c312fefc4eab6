package dev.holdfast.satellite.nodes;

/**
 * Where a node's piece service listens.
 *
 * @param host a name or an IP address (IPv6 without brackets), 1 to 253 characters
 * @param port 1 to 65,535
 */
public record NodeAddress(String host, int port) {

  private static final int MAX_HOST_CHARACTERS = 253;

  public NodeAddress {
    if (host.isEmpty()
        || host.length() > MAX_HOST_CHARACTERS
        || !host.chars().allMatch(NodeAddress::belongsToHost)) {
      throw new IllegalArgumentException(
          "the host must be a name or an IP address of at most 253 characters");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the port must be 1 to 65535, not " + port);
    }
  }

  /**
   * Reads {@code host:port} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static NodeAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || text.length() - colon > 6) {
      throw new IllegalArgumentException("an address is host:port");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("an IPv6 address stands in brackets: [address]:port");
    }
    try {
      return new NodeAddress(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("an address is host:port, with a port of 1 to 65535", e);
    }
  }

  private static boolean belongsToHost(int character) {
    return character < 128
        && (Character.isLetterOrDigit(character)
            || character == '.'
            || character == '-'
            || character == ':'
            || character == '_');
  }

  /** The form that {@link #parse} reads. */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
