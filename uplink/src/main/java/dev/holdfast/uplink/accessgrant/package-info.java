/** Access grants: an API key, the satellite it is for, and the keys to decrypt what it may read. Not here: the encryption itself. */
@NullMarked
package dev.holdfast.uplink.accessgrant;

import org.jspecify.annotations.NullMarked;
