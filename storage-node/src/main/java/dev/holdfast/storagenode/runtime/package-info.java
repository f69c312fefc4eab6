/**
 * Wires the storage node process together: configuration, life cycle, clock and randomness.
 * Decisions about pieces, orders and the satellite do not belong here.
 */
@NullMarked
package dev.holdfast.storagenode.runtime;

import org.jspecify.annotations.NullMarked;
