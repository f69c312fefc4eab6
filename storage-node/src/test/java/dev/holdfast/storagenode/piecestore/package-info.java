/** Tests, and what they need, of the package of the same name. */
@NullMarked
package dev.holdfast.storagenode.piecestore;

import org.jspecify.annotations.NullMarked;
