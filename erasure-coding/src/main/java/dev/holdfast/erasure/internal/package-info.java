/**
 * Decides how a product of a constant matrix over GF(2^8) and byte rows is computed, and which
 * machine instructions do it; what the matrix means, and the checks of callers' arguments, do not
 * belong here.
 */
@NullMarked
package dev.holdfast.erasure.internal;

import org.jspecify.annotations.NullMarked;
