/** Tests, and what they need, of the package of the same name. */
@NullMarked
package dev.holdfast.storagenode.contact;

import org.jspecify.annotations.NullMarked;
