/**
 * Decides the arithmetic of blocks, stripes, shares and pieces of one segment. Encryption, erasure
 * coding and hashing do not belong here.
 */
@NullMarked
package dev.holdfast.protocol.segment;

import org.jspecify.annotations.NullMarked;
