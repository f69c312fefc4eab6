/**
 * The seam between objects and segments: what a segment transfer is asked to do and what it
 * answers.
 *
 * <p>Here are interfaces and their messages only. Moving pieces is in {@code upload} and {@code
 * download}; keys, names, metadata and the order of segments in an object are the caller's. Inline
 * segments never come here.
 */
@NullMarked
package dev.holdfast.uplink.segment;

import org.jspecify.annotations.NullMarked;
