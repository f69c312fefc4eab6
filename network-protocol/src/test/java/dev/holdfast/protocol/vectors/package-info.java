/**
 * Reads the test vectors of docs/specifications/vectors. What they mean belongs to the tests that
 * compare them.
 */
@NullMarked
package dev.holdfast.protocol.vectors;

import org.jspecify.annotations.NullMarked;
