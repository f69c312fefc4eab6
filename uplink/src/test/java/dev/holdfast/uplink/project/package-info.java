/** Tests of this package. */
@NullMarked
package dev.holdfast.uplink.project;

import org.jspecify.annotations.NullMarked;
