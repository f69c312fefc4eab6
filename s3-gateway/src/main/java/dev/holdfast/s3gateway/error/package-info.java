/**
 * What a refusal is called in S3's dialect: codes, statuses and the one mapping from the network's
 * error codes. How a refusal is written as XML is decided in {@code xml}.
 */
@NullMarked
package dev.holdfast.s3gateway.error;

import org.jspecify.annotations.NullMarked;
