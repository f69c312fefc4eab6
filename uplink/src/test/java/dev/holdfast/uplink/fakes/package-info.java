/**
 * A satellite and a segment transfer in memory, for tests of what lies between the two. Not here:
 * nodes and pieces.
 */
@NullMarked
package dev.holdfast.uplink.fakes;

import org.jspecify.annotations.NullMarked;
