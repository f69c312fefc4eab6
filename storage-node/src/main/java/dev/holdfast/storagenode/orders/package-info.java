/**
 * Decides what an order limit still pays for: keeps, for every serial, the deepest preimage and the
 * bytes asked for, over restarts, and hands closed windows over for settlement. Whether a limit is
 * genuine and what its bytes are belongs to the piece service.
 */
@NullMarked
package dev.holdfast.storagenode.orders;

import org.jspecify.annotations.NullMarked;
