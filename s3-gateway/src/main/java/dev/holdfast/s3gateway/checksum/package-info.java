/**
 * Checksums of bodies and parts: computed, combined, and compared with what the client declared.
 * Storing and returning them belongs to {@code operation}.
 */
@NullMarked
package dev.holdfast.s3gateway.checksum;

import org.jspecify.annotations.NullMarked;
