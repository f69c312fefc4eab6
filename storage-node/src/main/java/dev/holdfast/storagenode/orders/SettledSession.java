package dev.holdfast.storagenode.orders;

import dev.holdfast.protocol.identity.Bytes32;
import dev.holdfast.protocol.order.SignedOrderLimit;

/**
 * What a limit's session has come to.
 *
 * @param depth of the deepest preimage, 0 for none
 * @param preimage the deepest one, the chain's anchor for none
 * @param bytes asked for under the limit
 * @param usedForPut whether a put was begun under it
 */
public record SettledSession(
    SignedOrderLimit limit, int depth, Bytes32 preimage, long bytes, boolean usedForPut) {}
