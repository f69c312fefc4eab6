/**
 * What each S3 action does on a project. Signatures are checked before in {@code authentication};
 * bytes are framed in {@code http}.
 */
@NullMarked
package dev.holdfast.s3gateway.operation;

import org.jspecify.annotations.NullMarked;
