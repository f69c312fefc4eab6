/**
 * Faults that a test can lay on a network connection while it is in use.
 *
 * <p>Decides what a broken link looks like to both ends. Not here: stopping processes or damaging
 * files.
 */
@NullMarked
package dev.holdfast.systemtests.fault;

import org.jspecify.annotations.NullMarked;
