/**
 * Decides how the bytes of a stripe become erasure shares and how lost shares come back; where
 * shares are kept, how they are encrypted, hashed or sent does not belong here.
 *
 * <p>The formats are frozen in {@code docs/specifications/erasure-coding.md}.
 */
@NullMarked
package dev.holdfast.erasure;

import org.jspecify.annotations.NullMarked;
