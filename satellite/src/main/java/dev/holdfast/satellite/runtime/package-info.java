/**
 * Wires the satellite process: configuration, life cycle, services on their port, chores, ready
 * file. Decides nothing that a feature decides.
 */
@NullMarked
package dev.holdfast.satellite.runtime;

import org.jspecify.annotations.NullMarked;
