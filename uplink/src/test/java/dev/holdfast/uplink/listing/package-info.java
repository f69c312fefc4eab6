/** Tests of this package. */
@NullMarked
package dev.holdfast.uplink.listing;

import org.jspecify.annotations.NullMarked;
