/**
 * Keeps the registry of storage nodes: ids, aliases, addresses, standing, node keys. Which of them
 * gets a piece is decided in nodeselection.
 */
@NullMarked
package dev.holdfast.satellite.nodes;

import org.jspecify.annotations.NullMarked;
