/** The holdfast command. */
@NullMarked
package dev.holdfast.launcher;

import org.jspecify.annotations.NullMarked;
