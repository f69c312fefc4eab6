/**
 * Bytes of objects on their way out: which segments hold a range, whether they are the segments
 * that were written, and in which order they are fetched.
 *
 * <p>Sizes and offsets come from the decrypted part table, never from the satellite's columns. Not
 * here: fetching and repairing a remote segment's blocks.
 */
@NullMarked
package dev.holdfast.uplink.read;

import org.jspecify.annotations.NullMarked;
