/** Tests of this package. */
@NullMarked
package dev.holdfast.uplink.keyslots;

import org.jspecify.annotations.NullMarked;
