/** Tests of this package. */
@NullMarked
package dev.holdfast.uplink.encryption;

import org.jspecify.annotations.NullMarked;
