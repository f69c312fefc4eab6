/**
 * Decides how pieces lie on disk: append-only logs of self-describing, checksummed records, an
 * index that can always be rebuilt from them, group commit, trash, compaction and the one ledger of
 * space. Who may store, read or delete a piece, and whether its bytes match their Merkle root, is
 * decided elsewhere; bytes in transit do not belong here.
 *
 * <p>The bytes on disk are specified in docs/specifications/piece-store.md.
 */
@NullMarked
package dev.holdfast.storagenode.piecestore;

import org.jspecify.annotations.NullMarked;
