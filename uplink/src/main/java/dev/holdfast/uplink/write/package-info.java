/**
 * Bytes of objects and parts on their way in: cut into segments, small ones sent inline, the rest
 * handed to segment transfer, committed in one call with the last segment.
 *
 * <p>Not here: coding and scattering of a segment, and multipart uploads beyond one part's bytes.
 * Invariants: memory does not grow with the object; a writer that gives up leaves nothing visible
 * and asks for its pieces to be deleted.
 */
@NullMarked
package dev.holdfast.uplink.write;

import org.jspecify.annotations.NullMarked;
