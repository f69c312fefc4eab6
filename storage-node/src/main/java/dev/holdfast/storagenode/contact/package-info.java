/**
 * Decides what this node and its satellite tell each other: check-ins, keys, questions about
 * unconfirmed pieces, settlement of orders. Serving pieces and keeping them do not belong here.
 */
@NullMarked
package dev.holdfast.storagenode.contact;

import org.jspecify.annotations.NullMarked;
