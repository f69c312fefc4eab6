/**
 * Decides how one piece is put, read, proven, listed or deleted on one storage node, over pooled
 * TLS connections whose peer was verified.
 *
 * <p>In: a node's id and address, an order limit with its chain. Out: bytes, receipts, proofs, or a
 * refusal with the node's own code. Not here: which nodes to ask, when to stop waiting for one,
 * what a segment's pieces have in common ({@code uplink}, the satellite's audit and repair).
 *
 * <p>The core is asynchronous and runs on a few event loops; {@link
 * dev.holdfast.piececlient.PieceClient}'s blocking calls are meant for virtual threads. Sizes are
 * bytes, delays come as {@link java.time.Duration}. Source: docs/specifications/piece-protocol.md.
 */
@NullMarked
package dev.holdfast.piececlient;

import org.jspecify.annotations.NullMarked;
