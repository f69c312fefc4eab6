/**
 * Rows of objects: sealing and opening them, reading their metadata, deleting and copying them.
 *
 * <p>Decides what of a satellite's answer is believed: nothing but times and versions. Not here:
 * bytes of objects ({@code write}, {@code read}), multipart uploads and listings.
 */
@NullMarked
package dev.holdfast.uplink.object;

import org.jspecify.annotations.NullMarked;
