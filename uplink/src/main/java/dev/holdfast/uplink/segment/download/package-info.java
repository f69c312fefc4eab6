/**
 * Decides which nodes are asked for which shares of a segment, when others are asked as well, and
 * how authenticated plain bytes come out in order.
 *
 * <p>In: a segment row with offers of all its live pieces, its key, a plain range. Out: plain bytes
 * to a sink, suspicions to a reporter. Not here: finding the row, order of segments, the piece
 * protocol itself.
 *
 * <p>Invariants: when all nodes answer, data shares are asked only, one request for each node and
 * run of stripes, nothing is decoded or hashed; every byte passed its AEAD tag before it goes out;
 * a node is accused of a bad share only if the share that it gave with a proof does not lead to the
 * segment root. Source: docs/specifications/segments-and-blocks.md.
 */
@NullMarked
package dev.holdfast.uplink.segment.download;

import org.jspecify.annotations.NullMarked;
