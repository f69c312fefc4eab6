/**
 * Decides who may put, get, delete and list pieces, and speaks the piece protocol with them: checks
 * order limits and orders, hashes what arrives, gives receipts. How pieces lie on disk and what the
 * satellite says of this node do not belong here.
 */
@NullMarked
package dev.holdfast.storagenode.pieceservice;

import org.jspecify.annotations.NullMarked;
