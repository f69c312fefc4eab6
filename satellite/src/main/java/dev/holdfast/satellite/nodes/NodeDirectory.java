package dev.holdfast.satellite.nodes;

import dev.holdfast.protocol.identity.NodeId;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the rest of the satellite asks of the registry. Answers come from memory and may lag the
 * database by a check-in interval. Thread-safe.
 */
public interface NodeDirectory {
  /** The short positive number of a node in piece lists; empty when the node never joined. */
  OptionalInt alias(NodeId node);

  /** The node behind an alias. */
  Optional<NodeId> nodeId(int alias);

  /** Where the node's piece service was last seen, host:port. */
  Optional<String> address(int alias);

  /** How many nodes may take uploads now. */
  int eligibleCount();
}
