/**
 * Which nodes an upload is offered: a pure choice over an in-memory list of eligible nodes.
 *
 * <p>In: the registry's snapshot, outcomes of earlier uploads. Out: distinct nodes, or a refusal
 * that names need and have. Not here: who the nodes are ({@code nodes}), limits for them ({@code
 * orders}).
 *
 * <p>Invariants: never the same node twice for a segment; never an offline, suspended or full node
 * ({@code NodeSelectorTest}). Units: bytes; scores are in [0, 1].
 */
@NullMarked
package dev.holdfast.satellite.nodeselection;

import org.jspecify.annotations.NullMarked;
