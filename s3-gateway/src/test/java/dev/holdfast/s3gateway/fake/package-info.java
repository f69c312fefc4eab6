/**
 * A project in memory, so that the gateway's handlers are tested over real HTTP without a network.
 */
@NullMarked
package dev.holdfast.s3gateway.fake;

import org.jspecify.annotations.NullMarked;
