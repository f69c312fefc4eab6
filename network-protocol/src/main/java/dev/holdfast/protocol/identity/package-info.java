/**
 * Decides who a peer is: ids, the long-term identity key, and the certificates that it issues. How
 * connections use them belongs to the tls package.
 */
@NullMarked
package dev.holdfast.protocol.identity;

import org.jspecify.annotations.NullMarked;
