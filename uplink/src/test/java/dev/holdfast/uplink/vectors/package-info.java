/** Reads test vectors of docs/specifications/vectors. What they mean is up to each test. */
@NullMarked
package dev.holdfast.uplink.vectors;

import org.jspecify.annotations.NullMarked;
