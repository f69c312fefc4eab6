/**
 * The object commands: {@code ls cp cat rm mb rb} on {@code hf://bucket/key} and local paths.
 *
 * <p>Decides names, recursion, progress and exit codes. Not here: encryption or transfer ({@code
 * uplink}).
 */
@NullMarked
package dev.holdfast.launcher.objects;

import org.jspecify.annotations.NullMarked;
