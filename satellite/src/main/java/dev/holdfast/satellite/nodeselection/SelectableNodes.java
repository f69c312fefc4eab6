package dev.holdfast.satellite.nodeselection;

import dev.holdfast.protocol.identity.NodeId;
import dev.holdfast.satellite.nodes.NodeDirectory;
import dev.holdfast.satellite.nodes.NodeRegistry;
import java.util.Optional;
import java.util.OptionalInt;

/** The registry and the selection as one directory. Thread-safe. */
public final class SelectableNodes implements NodeDirectory {

  private final NodeRegistry registry;
  private final NodeSelector selector;

  public SelectableNodes(NodeRegistry registry, NodeSelector selector) {
    this.registry = registry;
    this.selector = selector;
  }

  @Override
  public OptionalInt alias(NodeId node) {
    return registry.alias(node);
  }

  @Override
  public Optional<NodeId> nodeId(int alias) {
    return registry.find(alias).map(node -> node.id());
  }

  @Override
  public Optional<String> address(int alias) {
    return registry.find(alias).map(node -> node.address().toString());
  }

  @Override
  public int eligibleCount() {
    return selector.eligibleCount();
  }
}
