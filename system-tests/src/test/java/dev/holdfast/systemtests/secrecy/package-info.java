/**
 * Looks for what must not be where it could be read: in files and in the memory of running
 * processes.
 *
 * <p>Decides how to search; the tests decide for what. Not here: who may know whom, which the build
 * enforces.
 */
@NullMarked
package dev.holdfast.systemtests.secrecy;

import org.jspecify.annotations.NullMarked;
