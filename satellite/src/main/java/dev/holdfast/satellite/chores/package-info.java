/**
 * How periodic work runs: when, after which nudge, and what happens when it fails. What the work
 * does belongs to the features.
 */
@NullMarked
package dev.holdfast.satellite.chores;

import org.jspecify.annotations.NullMarked;
