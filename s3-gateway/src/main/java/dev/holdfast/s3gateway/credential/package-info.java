/** Which access keys exist and which project each opens. Nothing here is ever logged or shown. */
@NullMarked
package dev.holdfast.s3gateway.credential;

import org.jspecify.annotations.NullMarked;
