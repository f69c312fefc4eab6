/**
 * The SDK against a real satellite in the same JVM, with inline objects only: no nodes run here.
 */
@NullMarked
package dev.holdfast.systemtests.sdk;

import org.jspecify.annotations.NullMarked;
