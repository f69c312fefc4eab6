/**
 * How bytes come in and go out: request line, headers and bodies streamed in constant memory
 * between Vert.x' event loop and virtual threads. What a request means is decided in {@code
 * operation}; who sent it, in {@code authentication}.
 */
@NullMarked
package dev.holdfast.s3gateway.http;

import org.jspecify.annotations.NullMarked;
