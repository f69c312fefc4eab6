/**
 * Decides how peers prove their identity on a TLS 1.3 connection. Which peers may do what does not
 * belong here.
 */
@NullMarked
package dev.holdfast.protocol.tls;

import org.jspecify.annotations.NullMarked;
