/**
 * Decides what a node may be asked to do and whether it did it: issues order limits, checks
 * receipts, settles orders. Which nodes are fit for a piece is decided in nodeselection; rows of
 * segments are kept in metadata.
 */
@NullMarked
package dev.holdfast.satellite.orders;

import org.jspecify.annotations.NullMarked;
