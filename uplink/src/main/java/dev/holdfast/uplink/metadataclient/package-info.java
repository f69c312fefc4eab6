/**
 * Calls to the satellite's object API, retried where a retry can write nothing twice.
 *
 * <p>Decides time-outs, retries and how failures are told. Not here: what the messages mean; they
 * are filled and opened by the callers.
 */
@NullMarked
package dev.holdfast.uplink.metadataclient;

import org.jspecify.annotations.NullMarked;
