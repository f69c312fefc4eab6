/** Tests, and what they need, of the package of the same name. */
@NullMarked
package dev.holdfast.storagenode.orders;

import org.jspecify.annotations.NullMarked;
