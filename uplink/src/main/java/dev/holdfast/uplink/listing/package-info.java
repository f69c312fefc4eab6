/**
 * Listings in exact byte order of the plain keys, over names that the satellite knows only
 * encrypted.
 *
 * <p>The children of one directory are fetched, decrypted and sorted; a directory sorts as its name
 * and '/', so that going down into directories as they come yields the order of whole keys. Memory
 * is bounded: of a directory too large to keep, the smallest children are kept and it is read again
 * for the next ones. Not here: which rows exist.
 */
@NullMarked
package dev.holdfast.uplink.listing;

import org.jspecify.annotations.NullMarked;
