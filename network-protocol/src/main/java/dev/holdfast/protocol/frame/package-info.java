/**
 * Decides the frames of the piece protocol and their encoding on Netty. The order of frames in an
 * exchange is specified in docs/specifications/piece-protocol.md and enforced by both ends.
 */
@NullMarked
package dev.holdfast.protocol.frame;

import org.jspecify.annotations.NullMarked;
