package dev.holdfast.piececlient;

import java.io.IOException;

/**
 * A node did not answer as a node should: nobody listens, the connection broke, time ran out, or
 * the peer is not the one that was expected. A refusal by a living node is a {@link
 * dev.holdfast.protocol.error.HoldfastException} instead.
 */
public final class NodeUnreachableException extends IOException {
  private static final long serialVersionUID = 1;

  private final NodeTarget node;
  private final Reason reason;

  public NodeUnreachableException(NodeTarget node, Reason reason, String message) {
    super("node " + node + ": " + message);
    this.node = node;
    this.reason = reason;
  }

  public NodeUnreachableException(NodeTarget node, Reason reason, String message, Throwable cause) {
    super("node " + node + ": " + message, cause);
    this.node = node;
    this.reason = reason;
  }

  public NodeTarget node() {
    return node;
  }

  public Reason reason() {
    return reason;
  }

  /** What went wrong. */
  public enum Reason {
    /** No TCP connection or no TLS handshake. */
    CONNECT,
    /** The handshake's peer is not the node that was asked for. */
    IDENTITY,
    /** The connection ended in the middle of an exchange. */
    CLOSED,
    /** No answer in time. */
    TIMED_OUT,
    /** The peer broke the piece protocol. */
    PROTOCOL,
    /** It failed a moment ago and was not asked again. */
    FAILED_RECENTLY,
    /** More exchanges wait for this node than may. */
    CROWDED,
    /** The caller gave up. */
    CANCELLED,
    /** This client was closed. */
    SHUT_DOWN
  }
}
