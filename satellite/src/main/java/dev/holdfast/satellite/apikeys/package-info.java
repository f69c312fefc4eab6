/**
 * Decides whether an API key is genuine, alive and permits an action. The key's own format is in
 * network-protocol.
 */
@NullMarked
package dev.holdfast.satellite.apikeys;

import org.jspecify.annotations.NullMarked;
