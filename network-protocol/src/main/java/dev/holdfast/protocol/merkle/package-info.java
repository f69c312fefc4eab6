/**
 * Decides the Merkle tree over the shares of one segment and its proofs. Who asks for a proof, and
 * what follows from a bad one, does not belong here.
 */
@NullMarked
package dev.holdfast.protocol.merkle;

import org.jspecify.annotations.NullMarked;
