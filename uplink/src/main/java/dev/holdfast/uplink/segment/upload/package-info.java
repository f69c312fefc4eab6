/**
 * Decides how one segment is encrypted, coded, hashed and scattered, stripe by stripe, and when
 * enough nodes have it.
 *
 * <p>In: plain bytes and a satellite that offers nodes. Out: a segment message with receipts of at
 * least {@code optimal} pieces under one root. Not here: keys and names, the order of segments in
 * an object, the piece protocol itself.
 *
 * <p>Invariants: every piece of the segment is hashed to its end, sent or not, so that the root
 * covers pieces that repair will build; a node that does not answer delays nobody while {@code
 * optimal} others go on; the ciphertext is kept off-heap until the end, inside the byte budget, so
 * that any piece can be coded again for another node. Source:
 * docs/specifications/segments-and-blocks.md.
 */
@NullMarked
package dev.holdfast.uplink.segment.upload;

import org.jspecify.annotations.NullMarked;
