/**
 * Decides how bytes are authenticated and hashed under a label. The layouts of what is
 * authenticated belong to their own packages.
 */
@NullMarked
package dev.holdfast.protocol.mac;

import org.jspecify.annotations.NullMarked;
