/**
 * All of the cryptography of customer data: content, keys, names and metadata records.
 *
 * <p>Pure functions of bytes and keys. Not here: I/O, messages, what is stored where, pass phrases
 * ({@code keyslots}) and who may hold which key ({@code accessgrant}). Bytes:
 * docs/specifications/object-encryption.md, keys-and-names.md and metadata-records.md.
 */
@NullMarked
package dev.holdfast.uplink.encryption;

import org.jspecify.annotations.NullMarked;
