/**
 * A whole network of real processes, driven by the {@code holdfast} script as a user drives it.
 *
 * <p>Decides how tests start, watch, break and stop such a network. What a test knows of it comes
 * from the command line's contract (docs/cli.md) and from the operating system, never from the
 * programs' classes.
 */
@NullMarked
package dev.holdfast.systemtests.process;

import org.jspecify.annotations.NullMarked;
