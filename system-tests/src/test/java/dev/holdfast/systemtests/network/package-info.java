/**
 * A whole network in this very process: satellite with its database, storage nodes behind fault
 * proxies, gateway.
 *
 * <p>Decides how peers are put together without a container, with clocks and links that a test
 * holds in its hand. For what only separate processes can show there is {@code process}.
 */
@NullMarked
package dev.holdfast.systemtests.network;

import org.jspecify.annotations.NullMarked;
