/**
 * Keeps the rows of objects, parts, segments and stored segments and decides when pieces lose their
 * last reference. Everything in it but sizes and times is ciphertext. The wire contract belongs to
 * objectapi.
 */
@NullMarked
package dev.holdfast.satellite.metadata;

import org.jspecify.annotations.NullMarked;
