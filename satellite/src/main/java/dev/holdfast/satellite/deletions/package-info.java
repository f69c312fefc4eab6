/**
 * Keeps the queue of pieces that no row refers to any more and tells their nodes to drop them. When
 * a piece loses its last reference is decided in metadata.
 */
@NullMarked
package dev.holdfast.satellite.deletions;

import org.jspecify.annotations.NullMarked;
