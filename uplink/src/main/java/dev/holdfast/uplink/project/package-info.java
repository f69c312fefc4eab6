/**
 * The public API put together: one project seen through one access grant, and what all projects of
 * a process share.
 *
 * <p>Delegates only; what a call does is decided in the package of its subject.
 */
@NullMarked
package dev.holdfast.uplink.project;

import org.jspecify.annotations.NullMarked;
