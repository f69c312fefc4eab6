/**
 * Decides the bytes of API keys and what a key permits. Revocation lists and projects belong to the
 * satellite, decryption rights to the uplink.
 */
@NullMarked
package dev.holdfast.protocol.apikey;

import org.jspecify.annotations.NullMarked;
