/** A whole network in one JVM and as real processes. */
@NullMarked
package dev.holdfast.systemtests;

import org.jspecify.annotations.NullMarked;
