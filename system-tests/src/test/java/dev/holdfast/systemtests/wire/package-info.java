/**
 * Calls that no honest uplink makes: the satellite's and the nodes' services spoken to directly,
 * below the SDK.
 *
 * <p>Decides what a hostile uplink tries. Not here: honest use, which goes through the SDK or S3.
 */
@NullMarked
package dev.holdfast.systemtests.wire;

import org.jspecify.annotations.NullMarked;
