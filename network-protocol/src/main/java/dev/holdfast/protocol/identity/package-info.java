/** Peer identities: node and satellite ids, identity keys, and the certificates that carry them. */
@NullMarked
package dev.holdfast.protocol.identity;

import org.jspecify.annotations.NullMarked;
