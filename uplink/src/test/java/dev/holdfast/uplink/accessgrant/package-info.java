/** Tests of this package. */
@NullMarked
package dev.holdfast.uplink.accessgrant;

import org.jspecify.annotations.NullMarked;
