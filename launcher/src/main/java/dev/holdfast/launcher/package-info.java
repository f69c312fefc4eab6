/**
 * The {@code holdfast} command: parses arguments, calls the local network or the object commands,
 * prints.
 *
 * <p>Not here: what a network is made of ({@code network}), what moves bytes ({@code uplink}).
 */
@NullMarked
package dev.holdfast.launcher;

import org.jspecify.annotations.NullMarked;
