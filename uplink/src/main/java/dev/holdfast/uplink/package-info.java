/** The public API of the SDK. */
@NullMarked
package dev.holdfast.uplink;

import org.jspecify.annotations.NullMarked;
