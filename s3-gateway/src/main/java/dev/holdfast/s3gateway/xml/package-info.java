/**
 * S3's XML: documents written and, hardened against entities and size, read. What the elements mean
 * is decided in {@code operation}.
 */
@NullMarked
package dev.holdfast.s3gateway.xml;

import org.jspecify.annotations.NullMarked;
