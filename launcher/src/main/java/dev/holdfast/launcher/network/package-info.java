/**
 * A whole network on one machine: its folder, its ports, its processes, its first project.
 *
 * <p>Decides when a peer process is started, found dead, stopped. Not here: what the peers do; they
 * are other programs, known only by their configuration files and ready files.
 */
@NullMarked
package dev.holdfast.launcher.network;

import org.jspecify.annotations.NullMarked;
