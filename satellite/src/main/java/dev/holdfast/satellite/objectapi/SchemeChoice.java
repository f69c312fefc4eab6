package dev.holdfast.satellite.objectapi;

import dev.holdfast.satellite.metadata.RedundancyScheme;
import dev.holdfast.satellite.nodes.NodeDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The redundancy scheme of new segments.
 *
 * @param configured null: the default for as many nodes as there are
 */
public record SchemeChoice(NodeDirectory nodes, @Nullable RedundancyScheme configured) {
  /** The scheme for a segment that begins now. */
  public RedundancyScheme current() {
    return configured != null ? configured : RedundancyScheme.forNodes(nodes.eligibleCount());
  }
}
