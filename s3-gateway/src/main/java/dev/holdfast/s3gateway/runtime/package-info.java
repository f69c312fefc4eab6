/** Wiring of the gateway process: configuration, life cycle, ready file. No S3 logic. */
@NullMarked
package dev.holdfast.s3gateway.runtime;

import org.jspecify.annotations.NullMarked;
