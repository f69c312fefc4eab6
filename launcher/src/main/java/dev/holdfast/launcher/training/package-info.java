/**
 * The short load under which the programs record for their ahead-of-time caches.
 *
 * <p>Decides which requests count as usual. Not here: starting processes, assembling caches.
 */
@NullMarked
package dev.holdfast.launcher.training;

import org.jspecify.annotations.NullMarked;
