/** Wiring of the storage node process. */
@NullMarked
package dev.holdfast.storagenode.runtime;

import org.jspecify.annotations.NullMarked;
