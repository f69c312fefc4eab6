/**
 * Decides what the segment transfers of one uplink are made of: connections, threads, budgets, both
 * directions. Nothing of the transfers themselves belongs here.
 */
@NullMarked
package dev.holdfast.uplink.segment.transfer;

import org.jspecify.annotations.NullMarked;
