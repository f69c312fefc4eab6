/**
 * Decides how files are created, written, synced and removed below one folder. What the bytes mean,
 * when they must be durable and how they are laid out does not belong here; it is a seam so that
 * tests can run the piece store over a disk that forgets whatever was not synced.
 */
@NullMarked
package dev.holdfast.storagenode.disk;

import org.jspecify.annotations.NullMarked;
