/**
 * The master key and how a passphrase opens it.
 *
 * <p>Decides the bytes of key slots, the cost of guessing a passphrase, and the branches of the
 * master key. Not here: what the branches are used for, where slots are kept, and access grants,
 * which never hold the master key. Bytes: docs/specifications/key-slots.md.
 */
@NullMarked
package dev.holdfast.uplink.keyslots;

import org.jspecify.annotations.NullMarked;
