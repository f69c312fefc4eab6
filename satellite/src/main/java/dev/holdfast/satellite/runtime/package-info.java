/** Wiring of the satellite process. */
@NullMarked
package dev.holdfast.satellite.runtime;

import org.jspecify.annotations.NullMarked;
