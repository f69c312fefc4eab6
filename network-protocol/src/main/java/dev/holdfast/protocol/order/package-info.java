/**
 * Decides the bytes of order limits, of the orders that pay for traffic under them, and of the
 * receipts for stored pieces. Whether a limit is still unused or a ceiling still open belongs to
 * the storage node.
 */
@NullMarked
package dev.holdfast.protocol.order;

import org.jspecify.annotations.NullMarked;
