/** Wiring of the gateway process. */
@NullMarked
package dev.holdfast.s3gateway.runtime;

import org.jspecify.annotations.NullMarked;
