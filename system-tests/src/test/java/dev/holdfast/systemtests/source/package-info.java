/**
 * Rules over the source itself: who may know whom, names, documents that point at each other.
 *
 * <p>Decides which habits are gates. Not here: what the compiler, the formatter and the enforcer
 * already refuse.
 */
@NullMarked
package dev.holdfast.systemtests.source;

import org.jspecify.annotations.NullMarked;
