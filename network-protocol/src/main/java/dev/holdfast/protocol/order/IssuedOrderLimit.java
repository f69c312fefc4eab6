package dev.holdfast.protocol.order;

import dev.holdfast.protocol.secret.SecretBytes;

/**
 * What the satellite hands to an uplink: the limit for the node and the seed with which the uplink
 * pays.
 *
 * @param seed 32 bytes, secret to the uplink
 */
public record IssuedOrderLimit(SignedOrderLimit limit, SecretBytes seed) {}
