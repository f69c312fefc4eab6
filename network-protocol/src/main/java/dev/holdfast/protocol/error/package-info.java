/**
 * Decides the stable names, numeric ids and categories of every refusal, and how they travel over
 * gRPC. Decides nothing about when something is refused: that belongs to the package that checks.
 */
@NullMarked
package dev.holdfast.protocol.error;

import org.jspecify.annotations.NullMarked;
