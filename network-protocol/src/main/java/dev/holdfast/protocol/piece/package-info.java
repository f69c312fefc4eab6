/**
 * Decides how pieces are named and bound to their owner. What stands inside a piece belongs to
 * segment and merkle.
 */
@NullMarked
package dev.holdfast.protocol.piece;

import org.jspecify.annotations.NullMarked;
