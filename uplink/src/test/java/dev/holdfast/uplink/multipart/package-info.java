/** Tests of this package. */
@NullMarked
package dev.holdfast.uplink.multipart;

import org.jspecify.annotations.NullMarked;
