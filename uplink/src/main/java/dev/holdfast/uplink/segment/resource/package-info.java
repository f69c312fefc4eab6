/**
 * Decides what all segment transfers of a process share: memory by a byte budget, threads for
 * computing, and the check of what a satellite offers.
 *
 * <p>Not here: the course of one transfer ({@code upload}, {@code download}). Sizes are bytes.
 */
@NullMarked
package dev.holdfast.uplink.segment.resource;

import org.jspecify.annotations.NullMarked;
