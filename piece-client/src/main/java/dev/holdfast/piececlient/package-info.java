/** Put, get and verify one piece on one storage node under an order limit. */
@NullMarked
package dev.holdfast.piececlient;

import org.jspecify.annotations.NullMarked;
