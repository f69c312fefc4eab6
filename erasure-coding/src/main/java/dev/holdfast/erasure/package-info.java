/** Stripe to erasure shares and back. */
@NullMarked
package dev.holdfast.erasure;

import org.jspecify.annotations.NullMarked;
